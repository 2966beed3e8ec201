/** Updates of agents on their hosts: the build changes, the work does not notice; a rollout goes over the fleet. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Rollout } from '../../src/shared/rollout.ts';
import { makeBuilds, type Build, type Builds } from '../support/builds.ts';
import { startKeptAgent, type KeptAgent } from '../support/kept-agent.ts';
import { patientEngine, readPatient } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { NODE, PROGRAM, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let builds: Builds;
let workshop: Workshop;
let agents: KeptAgent[];
let names = 0;

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-update-'));
  builds = makeBuilds(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

beforeEach(async () => {
  agents = [];
  const env = { KOUBOU_EXECUTABLES: builds.dir };
  workshop = await startWorkshop({ args: ['--agents', '0', '--lan', '127.0.0.1:0'], env });
});
afterEach(async () => {
  for (const pc of agents) await pc.close();
  await workshop.close();
});

async function agent(id: string, joins = false): Promise<KeptAgent> {
  const started = await startKeptAgent({ workshop, id, build: builds.first, joins });
  agents.push(started);
  return started;
}

/** Makes a new build the newest one. */
function publish(...more: [string?, ((program: string) => string)?]): Build {
  names += 1;
  const build = builds.make(`build-${names}`, ...more);
  builds.publish(build);
  return build;
}

/** Resolves when the update of an agent has ended. */
async function updated(id: string, after: number): Promise<{ state: string; why: string | null }> {
  const { event } = await workshop.untilEvent(
    ({ event: found }) =>
      found.type === 'agent.update_changed' &&
      found.agentId === id &&
      found.update.state !== 'running',
    after,
  );
  if (event.type !== 'agent.update_changed') throw new Error('another event');
  return event.update;
}

async function rollout(state: Rollout['state']): Promise<Rollout> {
  for (;;) {
    const { seq } = await workshop.call('snapshot.get', {});
    const now = await workshop.call('rollouts.get', {});
    if (now.state === state) return now;
    await workshop.untilEvent(({ event }) => event.type === 'agent.update_changed', seq);
  }
}

test('the new build takes over, and an attempt goes on from the same process', async () => {
  const pc = await agent('atelier');
  const engine = patientEngine(scratch);
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const { id } = await workshop.call('tasks.create', { repo, title: 'Go on', engine: engine.spec });
  const pid = await engine.working();
  const build = publish();
  const { seq } = await workshop.call('snapshot.get', {});
  await workshop.call('agents.update', { id: pc.id });
  expect(await updated(pc.id, seq)).toMatchObject({ state: 'done', build: build.id });
  await pc.untilCurrent(build.id);
  process.kill(pid, 0);
  engine.letGo();
  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
  expect((await rollout('done')).agents).toEqual([{ agentId: pc.id, state: 'done', why: null }]);
});

test('a rollout takes one agent after another, and stops at the first that fails', async () => {
  for (const id of ['pc-1', 'pc-2', 'pc-3']) await agent(id);
  // Good everywhere but on the second.
  const build = publish(
    'case "$*" in *pc-2*) echo "no, not here" >&2; exit 3;; esac; exec "$node" "$program" "$@"',
  );
  await workshop.call('rollouts.start', {});
  const stopped = await rollout('stopped');
  expect(stopped.agents.map(({ state }) => state)).toEqual(['done', 'failed', 'waiting']);
  expect(stopped.message).toContain('no, not here');
  expect(agents.map((pc) => pc.current())).toEqual([build.id, 'first-build', 'first-build']);
  expect(agents[1]?.refused()).toHaveProperty(build.id);
  await workshop.call('rollouts.resume', {});
  expect((await rollout('done')).agents.map(({ state }) => state)).toEqual([
    'done',
    'failed',
    'done',
  ]);
  // Asked for again, it leaves out those that have the build, and those that it failed on.
  const again = await workshop.call('rollouts.start', {});
  expect(again.agents.map(({ agentId, state }) => [agentId, state])).toEqual([['pc-2', 'skipped']]);
});

test('an agent of another PC fetches its build through the door, with its certificate', async () => {
  const pc = await agent('atelier', true);
  const build = publish();
  const words = ['agents', 'update', pc.id, '--data', workshop.dir];
  const said = await koubou(...words);
  expect(said).toMatch(/atelier +running/);
  expect(said).toMatch(/atelier +done/);
  await pc.untilCurrent(build.id);
  expect(await koubou('agents', 'update', '--status', '--data', workshop.dir)).toContain(build.id);
});

async function koubou(...words: string[]): Promise<string> {
  return (await promisify(execFile)(NODE, [PROGRAM, ...words])).stdout;
}
