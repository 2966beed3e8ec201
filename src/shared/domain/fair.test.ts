/** Fairness: the order that the loop gives tasks out in. What it must never do holds for any queue. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { behindOf, MOST_BEHIND_MS, takeFairly, type Line, type Load } from './fair.ts';
import { HEAD_START_MS, rankOf } from './rank.ts';
import { PRIORITIES, type Priority } from './task.ts';

const MINUTE = 60_000;
const NOTHING: Load = { owners: new Map(), repos: new Map() };

interface One {
  readonly number: number;
  readonly rank: number;
  readonly queuedAt: number;
  readonly priority: Priority;
  readonly owner: string;
  readonly repo: string;
}

/** The lines as the queue has them: one per owner, repository and priority, each in order. */
function linesOf(tasks: readonly One[]): Line<One>[] {
  const sorted = tasks.toSorted((a, b) => a.rank - b.rank || a.number - b.number);
  return Object.values(
    Object.groupBy(sorted, ({ owner, repo, priority }) => `${owner} ${repo} ${priority}`),
  ).flatMap((ones = []) => {
    const [first] = ones;
    return first
      ? [{ owner: first.owner, repo: first.repo, first, at: (place: number) => ones[place] }]
      : [];
  });
}

function take(tasks: readonly One[], load: Load, most: number): One[] {
  return takeFairly(linesOf(tasks), { load, most, admits: () => true });
}

const party = fc.constantFrom('a', 'b', 'c');
const counts = fc
  .dictionary(party, fc.integer({ min: 0, max: 200 }))
  .map((of) => new Map(Object.entries(of)));
const anyLoad: fc.Arbitrary<Load> = fc.record({ owners: counts, repos: counts });
const anyTasks = fc
  .array(
    fc.record({
      queuedAt: fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE),
      priority: fc.constantFrom(...PRIORITIES),
      owner: party,
      repo: party,
    }),
    { maxLength: 60 },
  )
  .map((tasks) =>
    tasks.map((task, index): One => ({
      ...task,
      number: index + 1,
      rank: rankOf(task.priority, task.queuedAt),
    })),
  );

it('takes every task once, and no more than asked', () => {
  fc.assert(
    fc.property(anyTasks, anyLoad, fc.integer({ min: 0, max: 80 }), (tasks, load, most) => {
      const taken = take(tasks, load, most);
      expect(taken).toHaveLength(Math.min(most, tasks.length));
      expect(new Set(taken).size).toBe(taken.length);
    }),
  );
});

it('never lets a lower priority before a higher one that waits as long', () => {
  fc.assert(
    fc.property(anyTasks, anyLoad, (tasks, load) => {
      const taken = take(tasks, load, tasks.length);
      for (const [place, task] of taken.entries()) {
        for (const later of taken.slice(place + 1)) {
          const isHigher = HEAD_START_MS[later.priority] > HEAD_START_MS[task.priority];
          expect(isHigher && later.queuedAt <= task.queuedAt).toBe(false);
        }
      }
    }),
  );
});

it('lets nothing be passed by what came much later: nothing starves', () => {
  fc.assert(
    fc.property(anyTasks, anyLoad, (tasks, load) => {
      const taken = take(tasks, load, tasks.length);
      for (const [place, task] of taken.entries())
        for (const before of taken.slice(0, place))
          expect(before.rank - task.rank).toBeLessThan(MOST_BEHIND_MS);
    }),
  );
});

it('keeps the order of a line, and is the same whatever order the lines come in', () => {
  fc.assert(
    fc.property(anyTasks, anyLoad, (tasks, load) => {
      const taken = take(tasks, load, tasks.length);
      for (const line of linesOf(taken)) {
        const own = taken.filter(
          ({ owner, repo, priority }) =>
            owner === line.owner && repo === line.repo && priority === line.at(0)?.priority,
        );
        expect(own.map((_, place) => line.at(place))).toEqual(own);
      }
      const options = { load, most: tasks.length, admits: () => true };
      expect(takeFairly(linesOf(tasks).toReversed(), options)).toEqual(taken);
    }),
  );
});

it('bends the order by less than any two priorities are apart', () => {
  const starts = Object.values(HEAD_START_MS).toSorted((a, b) => a - b);
  const gaps = starts.slice(1).map((start, place) => start - (starts[place] ?? 0));
  expect(MOST_BEHIND_MS).toBeLessThan(Math.min(...gaps));
});

it('gives slots by turns to two who ask for the same, though one asked for all of his first', () => {
  const of = (owner: string, number: number, queuedAt: number): One => {
    const rank = rankOf('normal', queuedAt);
    return { number, rank, queuedAt, priority: 'normal', owner, repo: 'shop' };
  };
  const many = Array.from({ length: 40 }, (_, n) => of('many', n + 1, 0));
  const few = Array.from({ length: 4 }, (_, n) => of('few', n + 100, MINUTE));
  const isFew = ({ owner }: One): boolean => owner === 'few';
  expect(take([...many, ...few], NOTHING, 8).filter(isFew)).toHaveLength(3);
  const load = { owners: new Map([['many', 8]]), repos: new Map([['shop', 8]]) };
  expect(take([...many, ...few], load, 4).every(isFew)).toBe(true);
});

it('puts nobody behind who has no more than an even part, and nobody as far as the bound', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 10_000 }), (held, even) => {
      const behind = behindOf(held, even, MINUTE);
      expect(behind).toBeGreaterThanOrEqual(0);
      expect(behind).toBeLessThan(MINUTE);
      expect(behind > 0).toBe(held > even);
      expect(behindOf(held + 1, even, MINUTE)).toBeGreaterThanOrEqual(behind);
    }),
  );
});

it('takes no more of a line that is not let through', () => {
  const tasks = [1, 2, 3, 4].map((number): One => ({
    ...{ number, rank: number, queuedAt: 0, priority: 'normal', repo: 'shop' },
    owner: number % 2 === 0 ? 'even' : 'odd',
  }));
  const admits = ({ owner }: Line<One>): boolean => owner === 'odd';
  const taken = takeFairly(linesOf(tasks), { load: NOTHING, most: 4, admits });
  expect(taken.map(({ number }) => number)).toEqual([1, 3]);
});
