/** The journal of an attempt: what is torn or damaged is cut off, what is whole is never lost. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { array, assert, asyncProperty, constantFrom, integer, nat } from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AttemptReport } from '../shared/domain/attempt.ts';
import { systemClock } from './clock.ts';
import { openJournal, readJournal, type JournalWriter } from './journal.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-journal-'));
  file = path.join(dir, 'journal');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

async function open(durable: (bytes: number) => void = () => {}): Promise<JournalWriter> {
  return await openJournal(file, systemClock, {
    durable,
    trouble(error) {
      throw error ?? new Error('no trouble was expected to end');
    },
  });
}

async function write(...reports: AttemptReport[]): Promise<void> {
  const journal = await open();
  for (const report of reports) journal.append(report);
  await journal.close();
}

const STARTED: AttemptReport = { kind: 'started' };
const PREPARE: AttemptReport = { kind: 'phase_started', phase: 'prepare' };

test('goes on where the last writer ended, and reads back in order', async () => {
  await write(STARTED, PREPARE);
  await write({ kind: 'cancelled' });
  const { reports, bytes } = await readJournal(file);
  expect(reports.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(reports.map(({ report }) => report)).toEqual([STARTED, PREPARE, { kind: 'cancelled' }]);
  expect(bytes).toBe(readFileSync(file).length);
});

test('tells how much is durable, and never more than is in the file', async () => {
  const told: number[] = [];
  const journal = await open((bytes) => {
    expect(readFileSync(file).length).toBeGreaterThanOrEqual(bytes);
    told.push(bytes);
  });
  for (let i = 0; i < 50; i++) journal.append(PREPARE);
  await journal.flushed();
  expect(told.at(-1)).toBe(readFileSync(file).length);
  expect(told.length).toBeLessThan(50);
  await journal.close();
});

test('there is nothing in a file that is not there', async () => {
  expect(await readJournal(file)).toEqual({ reports: [], bytes: 0 });
});

test('wherever it is torn or damaged, all before is kept and nothing after is trusted', async () => {
  const Report = constantFrom<AttemptReport>(STARTED, PREPARE, {
    kind: 'failed',
    code: 'tests_failed',
    message: 'é "quoted"\n\u0000',
    tests: null,
  });
  await assert(
    asyncProperty(
      array(Report, { minLength: 1, maxLength: 12 }),
      nat(),
      constantFrom('cut', 'flip', 'append'),
      integer({ min: 1, max: 255 }),
      async (reports, at, how, value) => {
        rmSync(file, { force: true });
        await write(...reports);
        const whole = readFileSync(file);
        const place = at % whole.length;
        if (how === 'cut') writeFileSync(file, whole.subarray(0, place));
        else if (how === 'append') appendFileSync(file, Buffer.from([value, 0, value]));
        else {
          whole[place] = (whole[place] ?? 0) ^ value;
          writeFileSync(file, whole);
        }
        const found = (await readJournal(file)).reports;
        expect(found.map(({ report }) => report)).toEqual(reports.slice(0, found.length));
        const before = how === 'append' ? reports.length : linesBefore(reports, place);
        expect(found.length).toBe(before);
        await write({ kind: 'cancelled' });
        const after = (await readJournal(file)).reports;
        expect(after.map(({ seq }) => seq)).toEqual(after.map((_, i) => i + 1));
        expect(after.length).toBe(found.length + 1);
      },
    ),
    { numRuns: 60 },
  );

  function linesBefore(reports: readonly AttemptReport[], place: number): number {
    let end = 0;
    return reports.filter((report, i) => {
      end += Buffer.byteLength(JSON.stringify({ seq: i + 1, report })) + 10;
      return end <= place;
    }).length;
  }
});
