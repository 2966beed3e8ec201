/** The order of the line, whoever comes and goes: by priority, fair between tasks, and nobody starves. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIORITIES } from '../../../../shared/domain/task.ts';
import { taskIdOf } from '../../../../shared/ids.ts';
import {
  CALL_HEAD_START_MS,
  createLine,
  createRanks,
  isBefore,
  type Line,
  type Seat,
} from './line.ts';

function drain<T>(line: Line<T>): Seat<T>[] {
  const all: Seat<T>[] = [];
  for (let seat = line.first(); seat; seat = line.first()) {
    line.remove(seat);
    all.push(seat);
  }
  return all;
}

test('whoever comes and goes, the line is in order and has whom it should have', () => {
  const act = fc.record({ rank: fc.integer({ min: 0, max: 50 }), leaves: fc.option(fc.nat()) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const line = createLine<number>();
      const inside: Seat<number>[] = [];
      for (const [number, { rank, leaves }] of acts.entries()) {
        const seat = { item: number, rank, number, place: -1 };
        line.add(seat);
        inside.push(seat);
        if (leaves === null) continue;
        const [gone] = inside.splice(leaves % inside.length, 1);
        if (gone) line.remove(gone);
        // Twice is once.
        if (gone) line.remove(gone);
      }
      expect(line.size()).toBe(inside.length);
      const order = inside.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
      expect(drain(line)).toEqual(order.map((seat) => ({ ...seat, place: -1 })));
    }),
  );
});

test('urgent goes first, and one that waited longer than the head start goes before it', () => {
  const ranks = createRanks();
  const line = createLine<string>();
  const wait = CALL_HEAD_START_MS.urgent;
  line.add(ranks.seat('low, long ago', { taskId: taskIdOf(1), priority: 'low' }, 0));
  line.add(ranks.seat('low, now', { taskId: taskIdOf(2), priority: 'low' }, wait + 1));
  line.add(ranks.seat('urgent', { taskId: taskIdOf(3), priority: 'urgent' }, wait + 1));
  line.add(ranks.seat('normal', { taskId: taskIdOf(4), priority: 'normal' }, wait + 1));
  expect(drain(line).map(({ item }) => item)).toEqual([
    'low, long ago',
    'urgent',
    'normal',
    'low, now',
  ]);
});

test('a task with a hundred calls lets one with a single call in between', () => {
  const ranks = createRanks();
  const line = createLine<string>();
  for (let n = 0; n < 100; n++) {
    line.add(ranks.seat('many', { taskId: taskIdOf(1), priority: 'normal' }, 0));
  }
  line.add(ranks.seat('single', { taskId: taskIdOf(2), priority: 'normal' }, 10));
  expect(drain(line).findIndex(({ item }) => item === 'single')).toBe(1);
});

test('nobody is passed by more than those of their head start, whatever comes after', () => {
  const other = fc.record({
    priority: fc.constantFrom(...PRIORITIES),
    task: fc.integer({ min: 2, max: 6 }),
    later: fc.nat(5_000),
  });
  fc.assert(
    fc.property(fc.array(other, { maxLength: 300 }), (others) => {
      const ranks = createRanks();
      const first = ranks.seat('it', { taskId: taskIdOf(1), priority: 'low' }, 0);
      let at = 0;
      expect(first.rank).toBe(0);
      for (const { priority, task, later } of others) {
        at += later;
        const seat = ranks.seat('other', { taskId: taskIdOf(task), priority }, at);
        const isLate = at > CALL_HEAD_START_MS.urgent;
        expect(isLate && isBefore(seat, first)).toBe(false);
      }
    }),
  );
});
