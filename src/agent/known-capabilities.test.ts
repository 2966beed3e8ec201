/** A look at the machine that takes long holds nobody up who has been looked at before. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Capabilities } from '../shared/domain/agent.ts';
import { createKnownCapabilities, SOON_MS } from './known-capabilities.ts';
import { testClock, type TestClock } from './testing/clock.ts';

const MACHINE: Capabilities = {
  os: 'linux',
  arch: 'x64',
  hostname: 'pc',
  cpus: 4,
  memoryBytes: 8e9,
  diskFreeBytes: 1e11,
  tools: [],
  engines: [],
  specialties: [],
  labels: [],
};
const LARGER = { ...MACHINE, cpus: 8 };

let dir: string;
let clock: TestClock;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-known-'));
  clock = testClock();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function look(found: Capabilities): Promise<Capabilities> {
  const known = createKnownCapabilities(dir, clock);
  return await known.soon(async () => await Promise.resolve(found), SOON_MS.idle);
}

/** A look that does not end. */
function slow(): { answer: Promise<Capabilities>; end: (found: Capabilities) => void } {
  const { promise, resolve } = Promise.withResolvers<Capabilities>();
  const answer = createKnownCapabilities(dir, clock).soon(async () => await promise, SOON_MS.busy);
  return { answer, end: resolve };
}

test('a quick look is believed, whatever was known', async () => {
  await look(MACHINE);
  expect(await look(LARGER)).toEqual(LARGER);
});

test('a slow one is not waited for when something is known, and is known itself the next time', async () => {
  await look(MACHINE);
  const { answer, end } = slow();
  clock.pass(SOON_MS.busy);
  expect(await answer).toEqual(MACHINE);
  end(LARGER);
  await expect
    .poll(async () => {
      const next = slow();
      clock.pass(SOON_MS.busy);
      return await next.answer;
    })
    .toEqual(LARGER);
});

test.each([['nothing'], ['half a file']])('with %s known it is waited for', async (what) => {
  if (what !== 'nothing') writeFileSync(path.join(dir, 'capabilities.json'), '{"os":"li');
  const { answer, end } = slow();
  clock.pass(SOON_MS.busy);
  end(LARGER);
  expect(await answer).toEqual(LARGER);
});
