/** Pausing what an attempt runs: everything stands still, and what was stopped by itself stays so after. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { endTree } from './kill.ts';
import { pauseTree, resumeTree } from './pause.ts';
import { createCrowd } from './testing/crowd.ts';

vi.setConfig({ testTimeout: 30_000 });

const clock = systemClock;
const mark = { attemptId: 'task-1.1', dir: `/tmp/koubou-pause-${process.pid}` };
const crowd = createCrowd(mark);
const strangers = createCrowd({ ...mark, attemptId: 'task-2.1' });
const { nap } = crowd;
let dir = '';

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-pause-'));
});

afterEach(async () => {
  await crowd.end();
  await strangers.end();
  rmSync(dir, { recursive: true });
});

test('stops all of it and nothing else, and lets go on exactly what it stopped', async () => {
  await strangers.start(`${strangers.nap} &`);
  await crowd.start(`${nap} & setsid ${nap} & ${nap} & kill -STOP $!`);
  const before = await crowd.until(
    (alive) => alive.length === 4 && alive.filter(({ stopped }) => stopped).length === 1,
  );
  const own = before.filter(({ stopped }) => stopped).map(({ pid }) => pid);

  const paused = await pauseTree(mark, { clock });
  expect(paused).toMatchObject({ how: 'stopped', running: [] });
  expect((await crowd.alive()).map(({ stopped }) => stopped)).toEqual([true, true, true, true]);
  expect((await strangers.alive()).some(({ stopped }) => stopped)).toBe(false);

  await paused.resume();
  const after = await crowd.until((alive) => alive.filter(({ stopped }) => stopped).length === 1);
  expect(after.filter(({ stopped }) => stopped).map(({ pid }) => pid)).toEqual(own);
});

test('what was paused goes on for a caller that knows only the mark', async () => {
  await crowd.start(`${nap} & setsid ${nap} &`);
  await crowd.until(({ length }) => length === 3);
  await pauseTree(mark, { clock });
  await resumeTree(mark, { clock });
  const after = await crowd.until((alive) => alive.every(({ stopped }) => !stopped));
  expect(after).toHaveLength(3);
});

test('a storm of forks comes to rest, grows on when resumed, and is ended while paused', async () => {
  const storm = path.join(dir, 'storm.sh');
  // Waits for its children, so that all of 2 × 63 + 1 are there at the end.
  writeFileSync(
    storm,
    `[ "$1" -gt 0 ] && for i in 1 2; do setsid sh "$0" $(($1 - 1)) "$2" & done\n${nap}\n`,
  );
  await crowd.start(`sh ${storm} 5 "${nap}" &`);
  for (const size of [4, 8, 16, 32, 64]) {
    await crowd.until(({ length }) => length > size);
    const paused = await pauseTree(mark, { clock });
    const still = await crowd.alive();
    expect(still.every(({ stopped }) => stopped)).toBe(true);
    expect((await crowd.alive()).map(({ pid }) => pid)).toEqual(still.map(({ pid }) => pid));
    await paused.resume();
  }
  await crowd.until(({ length }) => length === 2 * 63 + 1);
  await pauseTree(mark, { clock });
  expect(await endTree(mark, { clock, graceMs: 0 })).toEqual([]);
  expect(await crowd.alive()).toEqual([]);
});
