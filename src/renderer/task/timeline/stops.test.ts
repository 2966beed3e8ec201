import { expect, test } from 'vitest';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import { attemptOf } from '../../testing.ts';
import { marksOf } from './marks.ts';
import { stopsOf, withStops } from './stops.ts';

function stored(...list: readonly (readonly [at: number, event: Event])[]): StoredEvent[] {
  return list.map(([at, event]) => ({ seq: at, at, actor: 'user', event }));
}

const stop = (how: 'freeze' | 'end'): Event => ({
  type: 'workshop.stopped',
  by: 'user',
  how,
  reason: 'smoke',
});
const restart: Event = { type: 'workshop.restarted', by: 'user' };

test('a stop lasts until the workshop goes on, however often it was told', () => {
  const events = stored([10, stop('freeze')], [12, stop('end')], [20, restart], [40, stop('end')]);
  const what = { by: 'user', reason: 'smoke' };
  expect(stopsOf(events, 55)).toEqual([
    { ...what, span: { from: 10, until: 20 }, isOpen: false },
    { ...what, span: { from: 40, until: 55 }, isOpen: true },
  ]);
  expect(stopsOf(stored([5, restart]), 55)).toEqual([]);
});

test('an attempt stands still for the part of a stop in which it was there', () => {
  const stops = stopsOf(stored([10, stop('freeze')], [20, restart], [40, stop('end')]), 55);
  const pauses = (assignedAt: number, endedAt: number | null) =>
    marksOf({ ...attemptOf(1), assignedAt, startedAt: assignedAt, endedAt }, [], 55, stops).pauses;
  const why = { why: 'stopped', by: 'user', reason: 'smoke' };
  expect(pauses(15, null)).toEqual([
    { ...why, span: { from: 15, until: 20 }, isOpen: false },
    { ...why, span: { from: 40, until: 55 }, isOpen: true },
  ]);
  expect(pauses(15, 41)).toMatchObject([{}, { span: { from: 40, until: 41 }, isOpen: false }]);
  expect(pauses(21, 30)).toEqual([]);
});

test('stops stand among the events of a task where they happened', () => {
  const events = stored([1, restart], [30, restart]);
  expect(withStops(events, [])).toBe(events);
  const all = withStops(events, stored([10, stop('freeze')], [40, restart]));
  expect(all.map(({ at }) => at)).toEqual([1, 10, 30, 40]);
});
