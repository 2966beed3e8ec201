/** Sums that are kept are those of the hours, whatever was added meanwhile; and what was summed up once is not read again. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AMOUNTS, NO_AMOUNTS, type Amounts } from '../../../shared/usage.ts';
import type { UsageGroup, UsageRow, UsageTable } from '../db/usage.ts';
import { openTestJournal, testFolder } from '../journal/testing.ts';
import { usageTable } from '../db/usage.ts';
import { rankUsage, totalOf } from './rank-usage.ts';
import { HOURS_AT_ONCE, keepUsageSums } from './usage-sums.ts';

const NO_CALLS = { sums: () => [] };
const HOURS = 200;
const EDGES = Array.from({ length: HOURS / 24 + 1 }, (_, day) => Math.floor(day) * 24);

const rowOf = (hour: number, agent: string, created: number): UsageRow => ({
  ...{ hour, agent, repo: 'r', engine: 'command', model: '' },
  amounts: { ...NO_AMOUNTS, created, inputTokens: created * 3 },
});
const row = fc
  .tuple(fc.nat(HOURS - 1), fc.nat(20), fc.integer({ min: 1, max: 9 }))
  .map(([hour, agent, created]) => rowOf(hour, `agent-${agent}`, created));

/** The real table, with what is asked of it. */
function watched(table: UsageTable, asked: [UsageGroup, number, number][]): UsageTable {
  return {
    ...table,
    sums(...of) {
      asked.push(of);
      return table.sums(...of);
    },
  };
}

async function withTable(work: (table: UsageTable) => Promise<void>): Promise<void> {
  using folder = testFolder();
  const journal = openTestJournal(folder.dir);
  try {
    await work(usageTable(journal.db));
  } finally {
    await journal.close();
  }
}

const createdOf = (all: readonly Amounts[]) => all.reduce((sum, { created }) => sum + created, 0);

it('tells what the hours hold after every addition, group by group and all together', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { minLength: 1 }), { minLength: 1 }), async (steps) => {
      await withTable(async (usage) => {
        const sums = keepUsageSums({ usage, calls: NO_CALLS });
        const all: UsageRow[] = [];
        for (const step of steps) {
          usage.add(step);
          all.push(...step);
          const days = await sums.read('agent', EDGES);
          for (const [index, day] of days.entries()) {
            const mine = all.filter(({ hour }) => Math.floor(hour / 24) === index);
            expect(totalOf(day).created).toBe(createdOf(mine.map(({ amounts }) => amounts)));
          }
          const ranks = rankUsage(days);
          const inside = all.filter(({ hour }) => hour < (EDGES.at(-1) ?? 0));
          expect(createdOf(ranks.map(({ total }) => total))).toBe(
            createdOf(inside.map(({ amounts }) => amounts)),
          );
          for (const { total, pieces } of ranks) expect(createdOf(pieces)).toBe(total.created);
          const together = await sums.read('all', EDGES);
          expect(together.map(totalOf)).toEqual(days.map(totalOf));
        }
      });
    }),
    { numRuns: 15 },
  );
});

it('reads a day again only when something was added to it', async () => {
  await withTable(async (table) => {
    const asked: [UsageGroup, number, number][] = [];
    const sums = keepUsageSums({ usage: watched(table, asked), calls: NO_CALLS });
    table.add(EDGES.map((hour) => rowOf(hour, 'kiln', 1)));
    await sums.read('agent', EDGES);
    expect(asked.length).toBe(EDGES.length - 1);
    asked.length = 0;
    await sums.read('agent', EDGES);
    expect(asked).toEqual([]);
    table.add([rowOf(25, 'loom', 4)]);
    await sums.read('agent', EDGES);
    expect(asked).toEqual([['agent', 24, 48]]);
  });
});

it('lets others work after so many hours that it has to read', async () => {
  await withTable(async (table) => {
    const asked: [UsageGroup, number, number][] = [];
    const between: number[] = [];
    const pause = async (): Promise<void> => {
      between.push(asked.reduce((sum, [, from, to]) => sum + to - from, 0));
      asked.length = 0;
      await Promise.resolve();
    };
    const sums = keepUsageSums({ usage: watched(table, asked), calls: NO_CALLS, pause });
    const hours = Array.from({ length: HOURS + 1 }, (_, hour) => hour);
    await sums.read('all', hours);
    expect(between.length).toBe(Math.floor(HOURS / HOURS_AT_ONCE));
    expect(Math.max(...between)).toBe(HOURS_AT_ONCE);
  });
});

it('names the greatest, and all others as one', () => {
  const numbers = (n: number) => AMOUNTS.map((name) => (name === 'inputTokens' ? n : 0));
  const names = Array.from({ length: 15 }, (_, index) => `model-${index}`);
  const piece = { names, numbers: new Float64Array(names.flatMap((_, index) => numbers(index))) };
  const ranks = rankUsage([piece, piece]);
  expect(ranks.map(({ name }) => name)).toEqual([...names.slice(3).toReversed(), null]);
  expect(ranks.at(-1)?.total.inputTokens).toBe(6);
  expect(ranks[0]?.pieces.map(({ inputTokens }) => inputTokens)).toEqual([14, 14]);
});
