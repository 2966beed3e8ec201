/** An agent that is killed in the middle of an attempt: noticed, cleaned up after, and the task worked on again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepo } from '../support/small-repo.ts';
import { processesOf, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-agent-killed-'));
  workshop = await startWorkshop();
});
afterEach(async () => {
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('its task gets a second attempt, and nothing of the first one is left', async () => {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  const mark = path.join(scratch, 'second-time');
  const { id } = await workshop.call('tasks.create', {
    repo,
    title: 'Survive',
    engine: {
      kind: 'command',
      run: `[ -e ${mark} ] && echo done > result.txt || { touch ${mark}; exec tail -f /dev/null; }`,
    },
  });
  await workshop.untilEvent(
    ({ event }) => event.type === 'attempt.phase_started' && event.phase === 'implement',
  );
  const agent = processesOf(workshop.dir).find((line) => line.includes(' agent run '));
  process.kill(Number.parseInt(agent ?? '', 10), 'SIGKILL');

  const task = await workshop.until(id, 'review');
  expect([task.attempts, task.losses, task.failures]).toEqual([2, 1, 0]);
  const { attempts } = await workshop.call('tasks.attempts', { id });
  expect(attempts.map(({ state }) => state)).toEqual(['lost', 'succeeded']);
  const [first, second] = attempts;
  expect(second?.fence).toBeGreaterThan(first?.fence ?? Infinity);
  expect(processesOf(workshop.dir).filter((line) => line.includes('tail -f'))).toEqual([]);
});
