/** A PC that is gone with all that ran on it: another one goes on with the work, and what the first one still had is kept. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attemptIdOf } from '../../src/shared/ids.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { patientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop;
const pcs: AgentPc[] = [];

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-pc-lost-'));
  const dir = path.join(scratch, 'data');
  mkdirSync(dir);
  writeFileSync(path.join(dir, 'config.yaml'), 'limits: { checkpointMs: 500 }\n');
  workshop = await startWorkshop({ dir, args: ['--agents', '0'] });
});
afterEach(async () => {
  for (const pc of pcs.splice(0)) await pc.close();
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('the second attempt goes on from the checkpoint of the first', async () => {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const engine = patientEngine(scratch);
  const first = await startAgentPc({ workshop, id: 'first' });
  pcs.push(first);
  const { id } = await workshop.call('tasks.create', { repo, title: 'Go on', engine: engine.spec });
  const { event } = await workshop.untilEvent(
    (stored) => stored.event.type === 'attempt.checkpointed',
  );
  pcs.push(await startAgentPc({ workshop, id: 'second' }));
  await first.lose();
  engine.letGo();

  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([2, 1, 0]);
  expect(task.change?.stats.files).toBe(3);
  const [lost, next] = (await workshop.call('tasks.attempts', { id })).attempts;
  const checkpoint = { attemptId: attemptIdOf(id, 1), commit: 'commit' in event && event.commit };
  expect(lost).toMatchObject({ state: 'lost', agentId: 'first', checkpoint });
  expect(next).toMatchObject({ state: 'succeeded', agentId: 'second', resumedFrom: checkpoint });
  expect(next?.fence).toBeGreaterThan(lost?.fence ?? Infinity);

  await first.start();
  await workshop.untilEvent(({ event: { type } }) => type === 'attempt.work_kept');
  const [kept] = (await workshop.call('tasks.attempts', { id })).attempts;
  expect(kept).toMatchObject({ state: 'lost', kept: { attemptId: attemptIdOf(id, 1) } });
});
