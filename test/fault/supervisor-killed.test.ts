/** A task under which the supervisor is killed: once is bad luck, twice parks it until a person looks at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TaskId } from '../../src/shared/ids.ts';
import { attemptIdOf } from '../../src/shared/ids.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { patientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop;
let pc: AgentPc;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-supervisor-killed-'));
  workshop = await startWorkshop({ args: ['--agents', '0'] });
  pc = await startAgentPc({ workshop, id: 'pc' });
});
afterEach(async () => {
  await pc.close();
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function killSupervisor(id: TaskId, ordinal: number): Promise<void> {
  await workshop.untilEvent(
    ({ event }) =>
      event.type === 'attempt.phase_started' &&
      event.phase === 'implement' &&
      event.attemptId === attemptIdOf(id, ordinal),
  );
  for (const pid of pc.supervisors()) process.kill(pid, 'SIGKILL');
}

test('twice, and the task is parked with the evidence; a person can retry it', async () => {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const engine = patientEngine(scratch);
  const { id } = await workshop.call('tasks.create', {
    repo,
    title: 'Poison',
    engine: engine.spec,
  });
  await killSupervisor(id, 1);
  await killSupervisor(id, 2);
  await workshop.untilEvent(
    ({ event }) => event.type === 'task.failed' && event.attemptId === attemptIdOf(id, 2),
  );

  const parked = await workshop.call('tasks.get', { id });
  expect(parked).toMatchObject({ state: 'failed', attempts: 2, kills: 2 });
  expect(parked.failure).toMatchObject({ code: 'kills_agents', retryAt: null });
  for (const evidence of [`${id}.1 on pc in "implement"`, `${id}.2 on pc in "implement"`])
    expect(parked.failure?.message).toContain(evidence);
  const { attempts } = await workshop.call('tasks.attempts', { id });
  expect(attempts.map(({ failure }) => failure?.code)).toEqual([
    'supervisor_died',
    'supervisor_died',
  ]);

  engine.letGo();
  await workshop.call('tasks.retry', { id });
  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.kills]).toEqual([3, 0]);
});
