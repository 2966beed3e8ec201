/**
 * Versions that differ work together: an update goes over the workshop PC by PC, so for a while each end meets one that knows
 * less, or more. The other version is the built program with what differs changed in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '../../src/shared/protocol/version.ts';
import { makeBuilds, type Builds } from '../support/builds.ts';
import { startKeptAgent, type KeptAgent } from '../support/kept-agent.ts';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let builds: Builds;
let workshop: Workshop | undefined;
let pc: KeptAgent | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-skew-'));
  builds = makeBuilds(scratch);
});
afterEach(async () => {
  await pc?.close();
  await workshop?.close();
  pc = workshop = undefined;
  rmSync(scratch, { recursive: true, force: true });
});

/** The program as it is with that version of the protocol. */
function speaking(version: number, from: RegExp, to: string): (program: string) => string {
  return (program) => {
    if (program.search(from) < 0) throw new Error(`the program has no ${from}`);
    return program
      .replace(/\bPROTOCOL_VERSION = \d+;/, `PROTOCOL_VERSION = ${version};`)
      .replaceAll(from, to);
  };
}

const AGENT_SENDS = /(socket\d*)\.send\(JSON\.stringify\(FromAgent\.parse\(frame\)\)\);/g;
const OLDER_SENDS = `
  const { build, trial, ...older } = FromAgent.parse(frame);
  $1.send(JSON.stringify(older));`;
const NEWER_SENDS = `
  const newer = FromAgent.parse(frame);
  newer.mood = 'fine';
  if (newer.vitals) newer.vitals.fans = 2;
  if (newer.capabilities) newer.capabilities.gpus = [{ name: 'big' }];
  $1.send(JSON.stringify(newer));
  $1.send(JSON.stringify({ type: 'dream', of: 'sheep' }));`;

async function works({ call, until }: Workshop): Promise<string> {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'notes.txt': 'first\n' });
  const { id } = await call('tasks.create', { repo, title: 'Work', engine: QUICK_ENGINE });
  return (await until(id, 'review')).state;
}

test('an agent of the oldest version works, and whoever wants more of it is told that it cannot', async () => {
  const older = builds.make(
    'older',
    undefined,
    speaking(OLDEST_PROTOCOL_VERSION, AGENT_SENDS, OLDER_SENDS),
  );
  workshop = await startWorkshop({
    args: ['--agents', '0'],
    env: { KOUBOU_EXECUTABLES: builds.dir },
  });
  pc = await startKeptAgent({ workshop, id: 'atelier', build: older });
  expect(await works(workshop)).toBe('review');
  await expect(workshop.call('consoles.shell', { id: pc.id })).rejects.toThrow('no consoles');
  builds.publish(builds.first);
  await workshop.call('agents.update', { id: pc.id });
  const { agents } = await workshop.call('rollouts.get', {});
  expect(agents).toEqual([
    { agentId: pc.id, state: 'failed', why: expect.stringContaining('install it anew') as string },
  ]);
});

test('an agent that is one version newer works: what it has learned is passed over', async () => {
  const newer = builds.make(
    'newer',
    undefined,
    speaking(PROTOCOL_VERSION + 1, AGENT_SENDS, NEWER_SENDS),
  );
  workshop = await startWorkshop({ args: ['--agents', '0'] });
  pc = await startKeptAgent({ workshop, id: 'atelier', build: newer });
  expect(await works(workshop)).toBe('review');
  expect(workshop.log().match(/"frame":"dream"/g)).toHaveLength(1);
});

test('a coordinator that is one version newer works with its agents', async () => {
  const from = /(socket\d*)\.send\(JSON\.stringify\((answer\d*)\)\)/g;
  const to = `($1.send(JSON.stringify({ ...$2, mood: 'fine' })),
    $2.type === 'heartbeat' && $1.send(JSON.stringify({ type: 'dream', of: 'sheep' })))`;
  const { program } = builds.make('newer', undefined, speaking(PROTOCOL_VERSION + 1, from, to));
  workshop = await startWorkshop({ args: ['--agents', '0'], program });
  pc = await startKeptAgent({ workshop, id: 'atelier', build: builds.first });
  expect(await works(workshop)).toBe('review');
  expect(pc.log().match(/"frame":"dream"/g)).toHaveLength(1);
  expect(pc.log()).not.toContain('does not speak our protocol');
});
