/** What a text says that it comes after: tasks that are there, and nothing by chance. */
import { expect, it } from 'vitest';
import { taskIdOf } from '../ids.ts';
import type { CommandOf } from './command.ts';
import { emptyState } from './state.ts';
import { carryOut } from './testing.ts';

const CREATE: CommandOf<'task.create'> = {
  ...{ type: 'task.create', title: 't', body: '', repo: { url: '/r', base: null } },
  ...{ priority: 'normal', engine: { kind: 'auto' }, needs: [], after: [], at: null },
};
const ISSUE = { forge: 'github', url: 'https://github.com/a/b/issues/9', ref: 'a/b#9' } as const;

/** The last of five tasks, of which the third is cancelled. */
function made(body: string, more: Partial<typeof CREATE> = {}) {
  const state = emptyState();
  const cancel = { type: 'task.cancel', taskId: taskIdOf(3), reason: '' } as const;
  let seq = 0;
  for (const command of [CREATE, CREATE, CREATE, CREATE, cancel, { ...CREATE, body, ...more }])
    seq += carryOut(state, command, 1, seq).length;
  return state.task(taskIdOf(5));
}

it.each([
  ['after #1', ['task-1']],
  ['- Depends on: task-2 and #1.', ['task-2', 'task-1']],
  ['Text.\n\n  blocked by task-1, task-2\nMore.', ['task-1', 'task-2']],
])('%j names %j, and the task waits for them', (body, after) => {
  expect(made(body)).toMatchObject({ after, state: 'blocked' });
});

it.each([
  'after #3',
  'after #77',
  'after #5',
  'The button vanishes after #1 was merged',
  'after #1 was merged',
  'after 1',
  'task-1',
])('%j names none', (body) => {
  expect(made(body)).toMatchObject({ after: [], state: 'pending' });
});

it('of an issue means other issues by numbers, and tasks by their names', () => {
  expect(made('after #1', { origin: ISSUE })?.after).toEqual([]);
  expect(made('after task-1', { origin: ISSUE })?.after).toEqual(['task-1']);
});

it('adds to what was asked for, each once', () => {
  expect(made('after #1, #2', { after: [taskIdOf(2)] })?.after).toEqual(['task-2', 'task-1']);
});

it('takes time that does not grow faster than the text', () => {
  const line = `after ${'#1 and '.repeat(3_000)}`;
  expect(made(`${line}\n${' '.repeat(20_000)}`)?.after).toEqual([]);
});
