/** The main job without a window: two agents, tasks through every state, review in all its endings. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RejectionError } from '../../src/shared/errors.ts';
import type { TaskId } from '../../src/shared/ids.ts';
import { commitAll, git } from '../support/history-repo.ts';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

let scratch: string;
let repo: string;
let workshop: Workshop;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-whole-way-'));
  repo = makeRepo(path.join(scratch, 'notes'), {
    'notes.txt': 'first\n',
    '.koubou.yaml': 'test: cat notes.txt\n',
  });
  workshop = await startWorkshop();
});

afterAll(async () => {
  await workshop?.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function create(title: string, run: string = QUICK_ENGINE.run): Promise<TaskId> {
  const task = await workshop.call('tasks.create', {
    repo,
    title,
    engine: { kind: 'command', run },
  });
  return task.id;
}

async function statesOf(id: TaskId): Promise<string[]> {
  const { events } = await workshop.call('tasks.events', { id });
  return events.map(({ event }) => event.type).filter((type) => type.startsWith('task.'));
}

test('a task goes through every state to a merged change', async () => {
  const id = await create('Add a line');
  const review = await workshop.until(id, 'review');
  expect(review.change?.tests).toMatchObject({ outcome: 'passed', command: 'cat notes.txt' });
  await workshop.call('tasks.approve', { id });
  await workshop.until(id, 'completed');
  expect(await statesOf(id)).toEqual([
    'task.created',
    'task.analysis_started',
    'task.analysed',
    'task.queued',
    'task.assigned',
    'task.started',
    'task.testing_started',
    'task.review_opened',
    'task.merge_changed',
    'task.merge_changed',
    'task.completed',
  ]);
  expect(readFileSync(path.join(repo, 'notes.txt'), 'utf8')).toBe('first\nchanged\n');
  expect(git(repo, 'status', '--porcelain')).toBe('');
  const { attempts } = await workshop.call('tasks.attempts', { id });
  expect(
    attempts.map(({ phases }) => phases.map(({ phase, outcome }) => `${phase} ${outcome}`)),
  ).toEqual([
    [
      'prepare passed',
      'analyse passed',
      'implement passed',
      'apply passed',
      'test passed',
      'push passed',
      'report passed',
    ],
  ]);
});

test('a change that is sent back comes again with the comment heeded', async () => {
  const id = await create('Say hello', 'cat "$KOUBOU_PROMPT_FILE" >> heard.txt');
  await workshop.until(id, 'review');
  await workshop.call('tasks.send_back', { id, comment: 'Please greet in French, too.' });
  await workshop.untilEvent(
    ({ event }) =>
      event.type === 'task.review_opened' &&
      event.taskId === id &&
      event.change.attemptId.endsWith('.2'),
  );
  const { files } = await workshop.call('tasks.diff', { id });
  expect(files.find((file) => file.path === 'heard.txt')?.patch).toContain(
    'Please greet in French, too.',
  );
  await workshop.call('tasks.reject', { id, comment: 'not needed any more' });
  const task = await workshop.call('tasks.get', { id });
  expect(task).toMatchObject({
    state: 'cancelled',
    cancelReason: 'rejected in review: not needed any more',
  });
});

test('a conflict is refused with the files named, and the target stays as it was', async () => {
  const id = await create('Rewrite the notes', 'echo mine > notes.txt');
  await workshop.until(id, 'review');
  writeFileSync(path.join(repo, 'notes.txt'), 'theirs\n');
  commitAll(repo, 'Meanwhile');
  const before = git(repo, 'rev-parse', 'HEAD');
  await workshop.call('tasks.approve', { id });
  const { event } = await workshop.untilEvent(
    (stored) =>
      stored.event.type === 'task.merge_changed' &&
      stored.event.taskId === id &&
      stored.event.merge.state === 'refused',
  );
  expect(event).toMatchObject({ merge: { state: 'refused', files: ['notes.txt'] } });
  expect(git(repo, 'rev-parse', 'HEAD')).toBe(before);
  expect((await workshop.call('tasks.get', { id })).state).toBe('review');
});

test('a cancelled task stops what runs for it', async () => {
  const id = await create('Never ends', 'echo working; exec tail -f /dev/null');
  await workshop.untilEvent(
    ({ event }) =>
      event.type === 'attempt.phase_started' && event.taskId === id && event.phase === 'implement',
  );
  await workshop.call('tasks.cancel', { id, reason: 'changed my mind' });
  const next = await create('The slot is free again');
  await workshop.until(next, 'review');
  expect((await workshop.call('tasks.get', { id })).state).toBe('cancelled');
});

test('a task waits for another one, and for its time', async () => {
  const first = await create('The base');
  const second = await workshop.call('tasks.create', {
    repo,
    title: 'On top',
    engine: QUICK_ENGINE,
    after: [first],
  });
  expect(second.state).toBe('blocked');
  const later = await workshop.call('tasks.create', {
    repo,
    title: 'In the far future',
    engine: QUICK_ENGINE,
    at: Date.now() + 3_600_000,
  });
  expect(later.state).toBe('scheduled');
  await workshop.until(first, 'review');
  await workshop.call('tasks.approve', { id: first });
  await workshop.until(second.id, 'review');
  expect((await workshop.call('tasks.get', { id: later.id })).state).toBe('scheduled');
});

test.each([
  ['does not exist', (dir: string) => path.join(dir, 'nowhere'), 'repo_not_found'],
  [
    'is empty',
    (dir: string) => (git(dir, 'init', '-q', 'empty'), path.join(dir, 'empty')),
    'repo_empty',
  ],
  ['is not there on the network', () => 'http://127.0.0.1:9/repo.git', 'repo_unreachable'],
])('a repository that %s is refused at once', async (_, make, code) => {
  const refused = workshop.call('tasks.create', {
    repo: make(scratch),
    title: 'Nothing',
    engine: QUICK_ENGINE,
  });
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RejectionError);
  expect(error).toMatchObject({ rejection: { code } });
});

test('the second serve on a data folder says who holds it', async () => {
  await expect(startWorkshop({ dir: workshop.dir })).rejects.toThrow(String(workshop.child.pid));
});
