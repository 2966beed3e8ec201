/** An agent that is killed in the middle of an attempt: the attempt does not notice, and the next agent finds it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TaskId } from '../../src/shared/ids.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { patientEngine, readPatient, type PatientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { processesOf, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop | undefined;
let pc: AgentPc | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-agent-killed-'));
});
afterEach(async () => {
  await pc?.close();
  await workshop?.close();
  pc = workshop = undefined;
  rmSync(scratch, { recursive: true, force: true });
});

async function create({ call }: Workshop, { spec }: PatientEngine): Promise<TaskId> {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  return (await call('tasks.create', { repo, title: 'Survive', engine: spec })).id;
}

test('the next agent finds the same process, and not a byte is missing', async () => {
  workshop = await startWorkshop();
  const engine = patientEngine(scratch);
  const id = await create(workshop, engine);
  const pid = await engine.working();
  const { seq } = await workshop.call('snapshot.get', {});
  const agent = processesOf(workshop.dir).find((line) => line.includes(' agent run '));
  process.kill(Number.parseInt(agent ?? '', 10), 'SIGKILL');
  await workshop.untilEvent(({ event }) => event.type === 'agent.connected', seq);
  process.kill(pid, 0);
  engine.letGo();

  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
});

test('an attempt that ends while no agent is there is told as it was', async () => {
  workshop = await startWorkshop({ args: ['--agents', '0'] });
  pc = await startAgentPc({ workshop, id: 'pc' });
  const engine = patientEngine(scratch, 7);
  const id = await create(workshop, engine);
  const pid = await engine.working();
  await pc.killAgent();
  engine.letGo();
  await pc.quiet();
  await pc.start();

  const { event } = await workshop.untilEvent((stored) => stored.event.type === 'task.failed');
  expect(event).toMatchObject({ code: 'engine_failed', attemptId: `${id}.1` });
  expect(event).toHaveProperty('message', expect.stringContaining('exit code 7'));
  const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
  expect(printed).toEqual({ pids: [pid], isWhole: true });
  await workshop.call('tasks.cancel', { id });
});
