import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Event, StoredEvent } from '../../../shared/domain/event.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { attemptIdOf } from '../../../shared/ids.ts';
import type { LocalForge } from '../forge/local/local-forge.ts';
import { openTestForge, pushChange, scratch, type Scratch } from '../forge/local/testing.ts';
import { readDiff, readLines, type DiffDeps } from './diff.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

let s: Scratch;
let forge: LocalForge;

beforeEach(() => {
  s = scratch();
  forge = openTestForge(s);
});
afterEach(async () => {
  await forge.close();
  s[Symbol.dispose]();
});

/** A task at work whose attempt was saved twice on one branch: only the second commit has a name. */
async function savedTwice() {
  const repo = s.repo('shop', { 'a.txt': 'one\ntwo\n' });
  const branch = 'koubou/work/task-7.1';
  const save = async (text: string) =>
    await pushChange(s, forge, repo, { 'a.txt': text }, { branch });
  const first = await save('one\nfirst\n');
  const second = await save('one\nsecond\n');
  const { change, ...rest } = second.task;
  const { attemptId } = change;
  const task: Task = { ...rest, state: 'in_progress', attemptId, change: null };
  const commits = [first.task.change.commit, change.commit] as const;
  const events = commits.map((commit, index): StoredEvent => {
    const about = { taskId: task.id, attemptId, reportSeq: null };
    const event: Event = { type: 'attempt.checkpointed', ...about, commit };
    return { seq: index + 1, at: index, actor: 'agent:kiln', event };
  });
  const attempt = { kept: null, checkpoint: { attemptId, at: 1, commit: commits[1] } };
  const deps: DiffDeps = {
    forge,
    journal: {
      attempt: (id) => (id === attemptId ? attempt : undefined),
      taskEvents: (_, after) => events.filter(({ seq }) => seq > after),
    },
  };
  return { task, deps, attemptId, commits };
}

test('the diff of an attempt at work is its newest checkpoint, or the one that is asked for', async () => {
  const { task, deps, attemptId, commits } = await savedTwice();
  const shown = async (checkpoint?: string) => {
    const diff = await readDiff(deps, task, { attempt: attemptId, checkpoint });
    if (!diff.ok) throw new Error(diff.error.message);
    const { commit, isDone, files } = diff.value;
    return { commit, isDone, added: files[0]?.patch.match(/^\+.*$/gm) };
  };
  expect(await shown()).toEqual({ commit: commits[1], isDone: false, added: ['+second'] });
  expect(await shown(commits[0])).toEqual({ commit: commits[0], isDone: false, added: ['+first'] });
});

test('a commit that is no checkpoint of the attempt is not shown', async () => {
  const { task, deps, attemptId, commits } = await savedTwice();
  const missing = { error: { code: 'not_found' } };
  const head = s.git(`${s.dir}/shop`, 'rev-parse', 'HEAD');
  expect(await readDiff(deps, task, { attempt: attemptId, checkpoint: head })).toMatchObject(
    missing,
  );
  const other = { attempt: attemptIdOf(task.id, 2), checkpoint: commits[0] };
  expect(await readDiff(deps, task, other)).toMatchObject(missing);
});

test('lines are read of commits of the task alone', async () => {
  const { task, deps, commits } = await savedTwice();
  const place = { path: 'a.txt', from: 2, count: 10 };
  expect(await readLines(deps, task, { ...place, commit: commits[0] })).toEqual({
    ok: true,
    value: { lines: ['first'], isEnd: true },
  });
  const head = s.git(`${s.dir}/shop`, 'rev-parse', 'HEAD');
  expect(await readLines(deps, task, { ...place, commit: head })).toMatchObject({
    error: { code: 'not_found' },
  });
});
