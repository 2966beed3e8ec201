/** The emergency stop: nothing of an attempt runs any more, whatever is killed meanwhile, and all of it goes on after. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RejectionError } from '../../src/shared/errors.ts';
import { until } from '../faults/time.ts';
import { patientEngine, readPatient } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { processesOf, startWorkshop, type Workshop } from '../support/workshop.ts';

const WITHIN_MS = 10_000;

let scratch: string;
let dir: string;
let repo: string;
let workshop: Workshop;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-emergency-'));
  dir = path.join(scratch, 'data');
  repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  workshop = await startWorkshop({ dir });
});
afterEach(async () => {
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Stopped by a signal, or frozen with the control group that it is in. */
function standsStill(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return true;
  const group = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1];
  const root = / (\S+) cgroup2 /.exec(readFileSync('/proc/mounts', 'utf8'))?.[1];
  if (group === undefined || root === undefined) return false;
  const events = path.join(root, group, 'cgroup.events');
  return existsSync(events) && /^frozen 1$/m.test(readFileSync(events, 'utf8'));
}

test('frozen, it stays so over the death of coordinator and agent, and completes when resumed', async () => {
  const engine = patientEngine(scratch);
  const { id } = await workshop.call('tasks.create', { repo, title: 'On', engine: engine.spec });
  const pid = await engine.working();
  const answer = await workshop.call('emergency.stop', { reason: 'smoke' });
  expect(answer).toMatchObject({ stopped: { how: 'freeze', reason: 'smoke' }, attempts: 1 });
  expect(await until(() => standsStill(pid), WITHIN_MS, 10)).toBe(true);
  // It may end at any moment, if only it ran.
  engine.letGo();

  const [agent = ''] = processesOf(dir).filter((line) => / agent /.test(line));
  process.kill(Number(agent.split(' ', 1)[0]), 'SIGKILL');
  workshop.child.kill('SIGKILL');
  await once(workshop.child, 'exit');
  workshop = await startWorkshop({ dir, args: ['--port', new URL(workshop.url).port] });
  await workshop.untilAgent();
  expect(await workshop.call('emergency.get', {})).toMatchObject({ stopped: { reason: 'smoke' } });
  const waiting = await workshop.call('tasks.create', { repo, title: 'New', engine: engine.spec });
  await workshop.until(waiting.id, 'queued');
  expect(standsStill(pid)).toBe(true);
  expect((await workshop.call('queue.get', {})).next).toMatchObject([
    { taskId: waiting.id, waits: 'the workshop is stopped' },
  ]);

  await workshop.call('emergency.resume', {});
  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
  await workshop.until(waiting.id, 'review');
});

test('ended, its task waits in the queue with what was done, and has lost no try', async () => {
  const engine = patientEngine(scratch);
  const { id } = await workshop.call('tasks.create', { repo, title: 'End', engine: engine.spec });
  const pid = await engine.working();
  await workshop.call('emergency.stop', { how: 'end' });
  await workshop.until(id, 'queued');
  expect(await until(() => !isThere(pid), WITHIN_MS, 10)).toBe(true);
  await workshop.untilEvent(({ event }) => event.type === 'attempt.work_kept');
  engine.letGo();

  await workshop.call('emergency.resume', {});
  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([2, 0, 0]);
  const diff = await workshop.call('tasks.diff', { id });
  expect(diff.files.map((file) => file.path)).toContain('resumed.txt');

  await workshop.call('emergency.stop', {});
  const approval = workshop.call('tasks.approve', { id });
  await expect(approval).rejects.toThrow(RejectionError);
  await expect(approval).rejects.toMatchObject({ rejection: { code: 'emergency_stopped' } });
  await workshop.call('emergency.resume', {});
  await workshop.call('tasks.approve', { id });
  await workshop.until(id, 'completed');
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
