/** Ticking issues one by one and all together. */
import { expect, test } from 'vitest';
import { all, isTicked, NO_TICKS, toggled } from './ticks.ts';

test('all holds for what is read later, but for what is a task already', () => {
  expect(isTicked(NO_TICKS, 'a', false)).toBe(false);
  const ticks = toggled(all(true), 'b');
  expect(isTicked(ticks, 'a', false)).toBe(true);
  expect(isTicked(ticks, 'b', false)).toBe(false);
  expect(isTicked(ticks, 'later', false)).toBe(true);
  expect(isTicked(ticks, 'task', true)).toBe(false);
});

test('what is a task already is taken when somebody says so', () => {
  const ticks = toggled(all(true), 'task');
  expect(isTicked(ticks, 'task', true)).toBe(true);
  expect(isTicked(toggled(ticks, 'task'), 'task', true)).toBe(false);
});
