/** The query that is made of what is typed into the picker. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWholeRepo, NO_FIELDS, queryOf } from './question.ts';

test('fields become qualifiers, quoted where they must be', () => {
  expect(queryOf(NO_FIELDS)).toBe('');
  expect(queryOf({ words: ' total  ', label: 'bug', assignee: '@alice', milestone: '' })).toBe(
    'total label:bug assignee:alice',
  );
  expect(queryOf({ ...NO_FIELDS, label: 'good first issue', milestone: 'v1.2' })).toBe(
    'label:"good first issue" milestone:v1.2',
  );
  expect(queryOf({ ...NO_FIELDS, label: 'a" repo:evil/x "' })).toBe('label:"a repo:evil/x"');
});

test('no value of a field gets out of its quotation marks, and no query is too long', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 700 }), (label) => {
      const query = queryOf({ ...NO_FIELDS, label });
      expect(query.length).toBeLessThanOrEqual(500);
      expect(query).toMatch(/^$|^label:[\w.@-]+$|^label:"[^"]*"?$/s);
    }),
  );
});

test('a repository is asked about when its name is whole', () => {
  for (const whole of ['', 'acme/shop', 'https://git.acme.test/acme/shop.git', 'a/b/'])
    expect(isWholeRepo(whole)).toBe(true);
  for (const part of ['acme', 'acme/', '/shop', 'acme/shop/issues/1', 'https://github.com/acme'])
    expect(isWholeRepo(part)).toBe(false);
});
