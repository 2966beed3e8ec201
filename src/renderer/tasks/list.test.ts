/** Pointing and selecting in the list of tasks. */
import { expect, it } from 'vitest';
import { taskIdOf } from '../../shared/ids.ts';
import { chosenWith, EMPTY_LIST, pruned, stepped } from './list.ts';

const IDS = [5, 3, 8, 1].map(taskIdOf);
const [FIVE, THREE, EIGHT, ONE] = [taskIdOf(5), taskIdOf(3), taskIdOf(8), taskIdOf(1)];

it('moves within the list, and begins at its ends', () => {
  expect(stepped(IDS, null, 1)).toBe(FIVE);
  expect(stepped(IDS, null, -1)).toBe(ONE);
  expect(stepped(IDS, THREE, 1)).toBe(EIGHT);
  expect(stepped(IDS, ONE, 1)).toBe(ONE);
  expect(stepped([], FIVE, 1)).toBeNull();
});

it('selects one by one, and ranges in the order that is shown', () => {
  const one = chosenWith(EMPTY_LIST, THREE, false, IDS);
  const range = chosenWith(one, ONE, true, IDS);
  expect([...range.chosen]).toEqual([THREE, EIGHT, ONE]);
  expect([...chosenWith(range, EIGHT, false, IDS).chosen]).toEqual([THREE, ONE]);
  expect([...chosenWith(range, FIVE, true, IDS).chosen].toSorted()).toEqual([...IDS].toSorted());
});

it('forgets what is not shown any more, and stays the same otherwise', () => {
  const list = chosenWith(chosenWith(EMPTY_LIST, THREE, false, IDS), ONE, false, IDS);
  expect([...pruned(list, new Set([ONE])).chosen]).toEqual([ONE]);
  expect(pruned(list, new Set(IDS))).toBe(list);
});
