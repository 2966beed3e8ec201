/** A coordinator that is killed in the middle of an attempt: the attempt goes on, and not a byte of it is missing. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

const STEPS = 40;
const COUNTING = `i=0; while [ $i -lt ${STEPS} ]; do echo "step $i"; i=$((i + 1)); sleep 0.1; done; echo done > result.txt`;

let scratch: string;
let workshop: Workshop | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-killed-'));
});
afterEach(async () => {
  await workshop?.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('the same attempt comes to its end under the next coordinator', async () => {
  const dir = path.join(scratch, 'data');
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  workshop = await startWorkshop({ dir });
  const { id } = await workshop.call('tasks.create', {
    repo,
    title: 'Count',
    engine: { kind: 'command', run: COUNTING },
  });
  await workshop.untilEvent(
    ({ event }) => event.type === 'attempt.phase_started' && event.phase === 'implement',
  );
  workshop.child.kill('SIGKILL');
  await once(workshop.child, 'exit');

  // On the same address, where the agent looks for it.
  workshop = await startWorkshop({ dir, args: ['--port', new URL(workshop.url).port] });
  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
  const text = await workshop.call('tasks.terminal', { id, format: 'text' });
  const printed = text.split('\n').filter((line) => /^step \d+$/.test(line));
  expect(printed).toEqual(Array.from({ length: STEPS }, (_, step) => `step ${step}`));
});
