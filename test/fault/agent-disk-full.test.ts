/** An agent whose disk is full says so; work goes to others or waits, and goes on by itself when there is room. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TaskId } from '../../src/shared/ids.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { patientEngine } from '../support/patient-engine.ts';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop;
let disk: string;
let small: AgentPc;
let roomy: AgentPc | undefined;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-agent-disk-full-'));
  const dir = path.join(scratch, 'data');
  disk = path.join(dir, 'pcs/small');
  mkdirSync(disk, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk]);
  workshop = await startWorkshop({ dir, args: ['--agents', '0'] });
  small = await startAgentPc({ workshop, id: 'small' });
});
afterAll(async () => {
  try {
    await roomy?.close();
    await small?.close();
    await workshop?.close();
  } finally {
    execFileSync('umount', ['-l', disk]);
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** Resolves when the agent has told that it has these troubles. */
async function conditions(kinds: readonly string[], after: number): Promise<void> {
  await workshop.untilEvent(
    ({ event }) =>
      event.type === 'agent.conditions_changed' &&
      event.agentId === small.id &&
      event.conditions.map(({ kind }) => kind).join() === kinds.join(),
    after,
  );
}

async function agentsOf(id: TaskId): Promise<string[]> {
  const { attempts } = await workshop.call('tasks.attempts', { id });
  return attempts.map(({ agentId, state }) => `${state} on ${agentId}`);
}

test('work goes elsewhere, then waits, then goes on', async () => {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'notes.txt': 'first\n' });
  const ballast = path.join(disk, 'ballast');
  const { seq: before } = await workshop.call('snapshot.get', {});
  writeFileSync(ballast, Buffer.alloc(statfsSync(disk).bavail * statfsSync(disk).bsize - 65_536));
  await conditions(['disk_full'], before);
  const { agent } = await workshop.call('agents.get', { id: small.id });
  expect(agent.conditions[0]?.message).toContain(disk);

  roomy = await startAgentPc({ workshop, id: 'roomy' });
  const engine = patientEngine(scratch);
  const long = await workshop.call('tasks.create', { repo, title: 'Long', engine: engine.spec });
  await engine.working();
  const quick = await workshop.call('tasks.create', { repo, title: 'Quick', engine: QUICK_ENGINE });
  await workshop.untilEvent(
    ({ event }) => event.type === 'task.queued' && event.taskId === quick.id,
  );
  const { next } = await workshop.call('queue.get', {});
  expect(next.find(({ taskId }) => taskId === quick.id)?.waits).toContain('disk');

  const { seq: full } = await workshop.call('snapshot.get', {});
  rmSync(ballast);
  await conditions(['disk_low'], full);
  await workshop.until(quick.id, 'review');
  expect(await agentsOf(quick.id)).toEqual(['succeeded on small']);
  engine.letGo();
  await workshop.until(long.id, 'review');
  expect(await agentsOf(long.id)).toEqual(['succeeded on roomy']);
});
