/** Programs that stand still for a while (a PC that sleeps, a disk that hangs): for less than the lease, and for longer. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attemptIdOf, type TaskId } from '../../src/shared/ids.ts';
import { pause } from '../faults/time.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { git } from '../support/history-repo.ts';
import { patientEngine, readPatient } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

// The faults of this file are times: below and above what `src/shared/protocol/timing.ts` calls lost.
const SHORT_MS = 8_000;
const LONG_MS = 19_000;

let scratch: string;
let repo: string;
let workshop: Workshop;
const pcs: AgentPc[] = [];

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-stopped-'));
  repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  workshop = await startWorkshop({ args: ['--agents', '0'] });
});
afterEach(async () => {
  for (const pc of pcs.splice(0)) await pc.close();
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function countOf(id: TaskId, type: string): Promise<number> {
  const { events } = await workshop.call('tasks.events', { id });
  return events.filter(({ event }) => event.type === type).length;
}

/** Asks git in the mirror of the one repository. */
function inMirror(...args: string[]): string {
  const mirrors = path.join(workshop.dir, 'repos');
  const [mirror = ''] = readdirSync(mirrors).filter((name) => name.endsWith('.git'));
  return git(path.join(mirrors, mirror), ...args);
}

test('a PC that sleeps for less than the lease loses nothing', async () => {
  const pc = await startAgentPc({ workshop, id: 'pc' });
  pcs.push(pc, await startAgentPc({ workshop, id: 'other' }));
  const engine = patientEngine(scratch);
  const { id } = await workshop.call('tasks.create', { repo, title: 'Nap', engine: engine.spec });
  const pid = await engine.working();
  const on = (await workshop.call('tasks.attempts', { id })).attempts[0]?.agentId;
  const sleeper = pcs.find((one) => one.id === on) ?? pc;
  sleeper.signal('SIGSTOP', 'everything');
  await pause(SHORT_MS);
  sleeper.signal('SIGCONT', 'everything');
  engine.letGo();

  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
});

test('an agent that stands still for longer is fenced off, and only one change is merged', async () => {
  const late = await startAgentPc({ workshop, id: 'late' });
  pcs.push(late);
  const engine = patientEngine(scratch);
  const { id } = await workshop.call('tasks.create', { repo, title: 'Once', engine: engine.spec });
  await engine.working();
  pcs.push(await startAgentPc({ workshop, id: 'other' }));
  late.signal('SIGSTOP', 'agent');
  await pause(LONG_MS);
  const second = attemptIdOf(id, 2);
  await workshop.untilEvent(
    ({ event }) => event.type === 'attempt.started' && event.attemptId === second,
  );
  // The first one's processes have stood still by themselves since before the second one began.
  engine.letGo();
  late.signal('SIGCONT', 'agent');
  await workshop.until(id, 'review');
  const { event } = await workshop.untilEvent(
    (stored) => stored.event.type === 'attempt.work_kept',
  );

  const first = attemptIdOf(id, 1);
  expect(event).toMatchObject({ attemptId: first });
  const kept = 'commit' in event ? event.commit : '';
  expect(inMirror('rev-parse', `koubou/work/${first}`)).toBe(kept);
  expect(inMirror('show', `${kept}:half.txt`)).toBe('half');
  await workshop.call('tasks.approve', { id });
  await workshop.until(id, 'completed');
  expect(await countOf(id, 'attempt.fenced')).toBe(1);
  expect(await countOf(id, 'task.completed')).toBe(1);
  const { attempts } = await workshop.call('tasks.attempts', { id });
  expect(attempts.map(({ state, agentId }) => `${state} on ${agentId}`)).toEqual([
    'lost on late',
    'succeeded on other',
  ]);
  expect(git(repo, 'log', '--format=%s', 'main').split('\n')).toEqual(['Once', 'Begin']);
});

test('a coordinator that stands still for longer gives nothing away', async () => {
  pcs.push(await startAgentPc({ workshop, id: 'pc' }));
  const engine = patientEngine(scratch);
  const { id } = await workshop.call('tasks.create', { repo, title: 'Wait', engine: engine.spec });
  const pid = await engine.working();
  workshop.child.kill('SIGSTOP');
  await pause(LONG_MS);
  workshop.child.kill('SIGCONT');
  engine.letGo();

  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  expect(await countOf(id, 'attempt.paused')).toBe(1);
  expect(await countOf(id, 'attempt.resumed')).toBe(1);
  const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
});
