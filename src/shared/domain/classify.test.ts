/** The guess of a specialty from words. */
import { expect, it } from 'vitest';
import { classify } from './classify.ts';

it.each([
  ['Speed up the SQL query of the index page', '', 'database'],
  ['Dark mode for the settings page', 'The button is unreadable.', 'frontend'],
  ['Flaky test in the cart', 'The assertion fails on some days.', 'testing'],
  ['Fix a typo in the README', '', 'documentation'],
  ['XSS in comments', 'A script tag is not escaped: a vulnerability.', 'security'],
  ['Release pipeline', 'Build the Docker image in CI.', 'devops'],
  ['New endpoint', 'The REST API needs a route.', 'backend'],
  ['Totals are wrong', 'Rounding.', undefined],
])('takes "%s" for %3$s', (title, body, specialty) => {
  expect(classify(title, body)?.value).toBe(specialty);
});

it('takes time that does not grow with the text', () => {
  expect(classify('Totals are wrong', `${'x'.repeat(5_000)} sql sql sql`)).toBeNull();
});
