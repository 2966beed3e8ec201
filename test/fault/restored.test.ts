/** A workshop that is brought back while agents and repositories are further on: nothing is mixed, nothing is lost. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Task } from '../../src/shared/domain/task.ts';
import { makeRepo } from '../support/small-repo.ts';
import { NODE, PROGRAM, startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let workshop: Workshop | undefined;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-restored-'));
});
afterEach(async () => {
  await workshop?.close();
  rmSync(scratch, { recursive: true, force: true });
});

test('what was merged since can be approved again, and what ran then runs again', async () => {
  const dir = path.join(scratch, 'data');
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
  workshop = await startWorkshop({ dir });
  const { call } = workshop;
  const add = async (title: string, run: string): Promise<Task> =>
    await call('tasks.create', { repo, title, engine: { kind: 'command', run } });
  const merged = await add('Merged', 'echo merged > merged.txt');
  await workshop.until(merged.id, 'review');
  const slow = await add('Slow', 'sleep 5; echo slow > slow.txt');
  await workshop.untilEvent(
    ({ event }) =>
      event.type === 'attempt.phase_started' &&
      event.taskId === slow.id &&
      event.phase === 'implement',
  );
  const { name } = await workshop.call('backups.create', {});
  await workshop.call('tasks.approve', { id: merged.id });
  await workshop.until(merged.id, 'completed');
  workshop.child.kill('SIGKILL');
  await once(workshop.child, 'exit');
  execFileSync(NODE, [PROGRAM, 'backup', 'restore', name, '--data', dir], { stdio: 'ignore' });

  // On the same address, where the agent looks for it.
  workshop = await startWorkshop({ dir, args: ['--port', new URL(workshop.url).port] });
  expect(await workshop.call('tasks.get', { id: merged.id })).toMatchObject({ state: 'review' });
  const before = await workshop.call('tasks.get', { id: slow.id });
  expect(before.losses).toBe(1);
  const again = await workshop.until(slow.id, 'review');
  expect(again.attemptId).toBe(`${slow.id}.2`);
  const { attempts } = await workshop.call('tasks.attempts', { id: slow.id });
  expect(attempts.map(({ state }) => state)).toEqual(['lost', 'succeeded']);
  await workshop.call('tasks.approve', { id: merged.id });
  await workshop.until(merged.id, 'completed');
  await workshop.call('tasks.approve', { id: slow.id });
  await workshop.until(slow.id, 'completed');
  const log = execFileSync('git', ['-C', repo, 'log', '--format=%s', '--name-only'], {
    encoding: 'utf8',
  });
  expect(log.match(/^merged\.txt$/gm)).toHaveLength(1);
  expect(log.match(/^slow\.txt$/gm)).toHaveLength(1);
});
