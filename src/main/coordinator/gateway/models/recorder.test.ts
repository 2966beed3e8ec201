import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ModelAccountId, type ModelCall } from '../../../../shared/models.ts';
import { attemptIdOf, taskIdOf } from '../../../../shared/ids.ts';
import type { OpenJournal } from '../../journal/open.ts';
import {
  ALICE,
  connect,
  must,
  mustQueue,
  openTestJournal,
  testClock,
  testFolder,
  type TestClock,
  type TestFolder,
} from '../../journal/testing.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** More than fits into what is left of a page. */
const MANY = 200;
const AGAIN_MS = 5_000;
const LATE_MS = 40;
const ATTEMPT = attemptIdOf(taskIdOf(1), 1);

let folder: TestFolder;
let clock: TestClock;
let journal: OpenJournal;
let recorder: Recorder;
/** Tries to record something, and how many of them are not answered. */
let tries: Promise<{ readonly ok: boolean }>[];
let log: string[];

beforeEach(async () => {
  folder = testFolder();
  clock = testClock();
  journal = openTestJournal(folder.dir, clock);
  await must(journal, connect());
  const taskId = await mustQueue(journal);
  await must(journal, { type: 'task.assign', taskId, agentId: ALICE, reasons: [] });
  [tries, log] = [[], []];
  recorder = createRecorder({
    journal: {
      async submit(...asked) {
        const answered = journal.submit(...asked);
        tries.push(answered);
        return await answered;
      },
    },
    clock,
    log: pino({ level: 'warn' }, { write: (line: string) => log.push(line) }),
  });
});
afterEach(async () => {
  await recorder.close();
  await journal.close();
  folder[Symbol.dispose]();
});

function fillDisk(): void {
  // The limit is SQLite's own: it then answers exactly as a full disk would make it.
  const pages = Number(journal.db.pragma('page_count', { simple: true }));
  journal.db.pragma(`max_page_count = ${pages}`);
}

function emptyDisk(): void {
  journal.db.pragma('max_page_count = 1000000');
}

function call(outputTokens: number): ModelCall {
  return {
    ...{ accountId: ModelAccountId.parse('acct-12345678'), provider: 'anthropic', model: 'claude' },
    usage: { inputTokens: 1, outputTokens, cachedInputTokens: 0, costUsd: 0.001 },
    ...{ status: 200, waitMs: 0, firstByteMs: 1, ms: 2, trouble: null },
  };
}

function recorded(): number[] {
  return journal
    .eventsAfter(0, 10_000)
    .flatMap(({ event }) =>
      event.type === 'attempt.model_called' ? [event.call.usage.outputTokens] : [],
    );
}

/** Whether the tries from the first one on that is named were taken. */
async function outcomes(from: number): Promise<boolean[]> {
  // The journal takes them with what comes next, or in a moment.
  clock.advance(LATE_MS);
  return (await Promise.all(tries.slice(from))).map(({ ok }) => ok);
}

const all = Array.from({ length: MANY }, (_, n) => n + 1);

test('on a full disk calls are kept, tried again, and recorded once when there is room', async () => {
  fillDisk();
  for (const tokens of all) recorder.record(ATTEMPT, call(tokens));
  expect(new Set(await outcomes(0))).toEqual(new Set([false]));
  // Tried again, and kept again.
  clock.advance(AGAIN_MS);
  expect(tries).toHaveLength(MANY * 2);
  expect(new Set(await outcomes(MANY))).toEqual(new Set([false]));
  expect(recorded()).toEqual([]);

  emptyDisk();
  clock.advance(AGAIN_MS);
  expect(tries).toHaveLength(MANY * 3);
  expect(new Set(await outcomes(MANY * 2))).toEqual(new Set([true]));
  expect(recorded()).toEqual(all);
  const tokens = all.reduce((sum, count) => sum + count, 0);
  expect(journal.attempt(ATTEMPT)?.usage).toMatchObject({
    inputTokens: MANY,
    outputTokens: tokens,
  });

  // Nothing is left that could be tried once more.
  clock.advance(AGAIN_MS * 10);
  await recorder.close();
  expect(tries).toHaveLength(MANY * 3);
  expect(log).toEqual([]);
});

test('what waits is tried a last time at the end, and what is lost then is told', async () => {
  fillDisk();
  for (const tokens of all) recorder.record(ATTEMPT, call(tokens));
  await outcomes(0);
  await recorder.close();
  expect(tries).toHaveLength(MANY * 2);
  expect(log.join('')).toContain(`"calls":${MANY}`);
  emptyDisk();
  await recorder.close();
  expect(recorded()).toEqual(all);
});

test('a call of a task that is not there is told, and not tried again', async () => {
  recorder.record(attemptIdOf(taskIdOf(7), 1), call(1));
  expect(await outcomes(0)).toEqual([false]);
  clock.advance(AGAIN_MS * 10);
  await recorder.close();
  expect(tries).toHaveLength(1);
  expect(log.join('')).toContain('task-7.1');
});
