/** How recordings end: said to be whole, or only supposed to be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptId } from '../../../shared/ids.ts';
import type { Recordings } from './port.ts';
import { openRecordings } from './recordings.ts';

const attemptId = AttemptId.parse('task-3.1');
const clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };

let dir: string;
let recordings: Recordings;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-endings-'));
  recordings = openRecordings({ dir, clock });
});

afterEach(async () => {
  await recordings.close();
  rmSync(dir, { recursive: true, force: true });
});

async function reopen(): Promise<void> {
  await recordings.close();
  recordings = openRecordings({ dir, clock });
}

function append(offset: number, text: string): number {
  return recordings.append({ attemptId, stream: 'terminal', offset, bytes: Buffer.from(text) });
}

/** All that a watcher is sent until it is told the end. */
async function replay(): Promise<string> {
  let text = '';
  await new Promise<void>((resolve) => {
    recordings.watch(attemptId, 'terminal', 0, {
      bytes: (_, chunk) => void (text += Buffer.from(chunk).toString()),
      ended: () => resolve(),
    });
  });
  return text;
}

test('an end that was said is final', async () => {
  append(0, 'all');
  expect(recordings.unfinished()).toEqual([attemptId]);
  recordings.finish(attemptId);
  expect(recordings.unfinished()).toEqual([]);
  recordings.abandon(attemptId);
  expect(append(3, 'more')).toBe(3);
  await reopen();
  expect(append(3, 'more')).toBe(3);
  expect(await replay()).toBe('all');
});

test('an end that was only supposed is taken back when more comes, after a restart too', async () => {
  append(0, 'half ');
  recordings.abandon(attemptId);
  expect(recordings.unfinished()).toEqual([]);
  expect(await replay()).toBe('half ');
  await reopen();
  // What is known already is no news.
  append(0, 'half');
  expect(recordings.unfinished()).toEqual([]);
  append(5, 'whole');
  await reopen();
  expect(recordings.unfinished()).toEqual([attemptId]);
  const whole = replay();
  recordings.finish(attemptId);
  expect(await whole).toBe('half whole');
});
