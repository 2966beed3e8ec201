/** A workshop that is told to end while it works: nothing is left running, and at its next start the task goes on. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attemptIdOf } from '../../src/shared/ids.ts';
import { patientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { processesOf, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-shutdown-'));
});
afterEach(async () => {
  await workshop?.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('no process is left, and the next start goes on with the work', async () => {
  const dir = path.join(scratch, 'data');
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const engine = patientEngine(scratch);
  workshop = await startWorkshop({ dir });
  const { id } = await workshop.call('tasks.create', { repo, title: 'Go on', engine: engine.spec });
  const pid = await engine.working();
  workshop.child.kill('SIGTERM');
  await once(workshop.child, 'exit');
  expect(workshop.child.exitCode).toBe(0);
  expect(processesOf(dir)).toEqual([]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');

  engine.letGo();
  workshop = await startWorkshop({ dir });
  const task = await workshop.until(id, 'review');
  const [first, second] = (await workshop.call('tasks.attempts', { id })).attempts;
  expect(first).toMatchObject({ state: 'cancelled' });
  expect(second).toMatchObject({
    state: 'succeeded',
    resumedFrom: { attemptId: attemptIdOf(id, 1) },
  });
  expect([task.attempts, task.failures, task.change?.stats.files]).toEqual([2, 0, 3]);
});
