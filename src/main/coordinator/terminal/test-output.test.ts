/** The tests of an attempt, found in its recorded terminal; and when a transcript grew. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { AttemptId } from '../../../shared/ids.ts';
import type { Stream } from '../../../shared/protocol/output.ts';
import type { Recordings } from './port.ts';
import { openRecordings } from './recordings.ts';
import { readTestOutput } from './test-output.ts';

const attemptId = AttemptId.parse('task-3.1');
const BEGAN = 1_800_000_000_000;

let dir: string;
let recordings: Recordings;
let ms: number;
const clock: Clock = { now: () => BEGAN + ms, monotonic: () => ms, after: () => () => {} };

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-tests-'));
  ms = 0;
  recordings = openRecordings({ dir, clock });
});

afterEach(async () => {
  await recordings.close();
  rmSync(dir, { recursive: true, force: true });
});

function print(text: string, stream: Stream = 'terminal'): void {
  const offset = recordings.end(attemptId, stream);
  recordings.append({ attemptId, stream, offset, bytes: Buffer.from(text) });
}

const step = (name: string): string => `\u001b[1;34m▸ ${name}\u001b[0m\r\n`;
const ran = (...lines: string[]): string => `$ cargo test\r\n${lines.join('\r\n')}\r\n`;
const read = async (command: string | null = 'cargo test') =>
  await readTestOutput(recordings, attemptId, { began: BEGAN + 60_000, command });

test('only what the tests printed counts, however long the work before them was', async () => {
  for (let n = 0; n < 40; n++) print(`test engine::own_${n} ... FAILED\r\n`.repeat(200));
  ms = 60_000;
  print(`${step('test')}$ npm ci\r\ntest setup ... FAILED\r\n`);
  print(ran('test total::rounds ... ok', '\u001b[31mtest total::taxes ... FAILED\u001b[0m'));
  print(`${step('push')}test later ... ok\r\n`);
  expect(await read()).toMatchObject({ format: 'cargo test', passed: 1, failed: 1 });
});

test('the last lines that a failure repeats are not counted twice', async () => {
  ms = 60_000;
  print(step('test') + ran('test a ... FAILED'));
  print(
    '\u001b[31m✗ cargo test ended with exit code 101. The last lines:\r\ntest a ... FAILED\r\n',
  );
  expect(await read()).toMatchObject({ failed: 1 });
});

test('of tests that were run again, the last run counts', async () => {
  ms = 60_000;
  print(step('test') + ran('test a ... FAILED') + ran('test a ... ok'));
  expect(await read()).toMatchObject({ passed: 1, failed: 0 });
  expect(await read(null)).toMatchObject({ passed: 1, failed: 0 });
});

test('a step that printed nothing has no report', async () => {
  expect(await read()).toBeNull();
  ms = 60_000;
  print(step('test'));
  expect(await read()).toBeNull();
});

test('a transcript knows when it grew, also after a restart', async () => {
  print('{"a":1}\n', 'transcript');
  ms = 100;
  print('{"b":2}\n', 'transcript');
  ms = 2_000;
  print('{"c":3}\n', 'transcript');
  const times = [
    { offset: 0, at: BEGAN },
    { offset: 16, at: BEGAN + 2_000 },
  ];
  expect(await recordings.transcriptTimes(attemptId)).toEqual(times);
  await recordings.close();
  recordings = openRecordings({ dir, clock });
  expect(await recordings.transcriptTimes(attemptId)).toEqual(times);
  expect(await recordings.transcriptTimes(AttemptId.parse('task-3.2'))).toEqual([]);
});
