/** Rules of single commands that histories do not single out. */
import { describe, expect, it } from 'vitest';
import { taskIdOf } from '../ids.ts';
import type { Command, CommandOf } from './command.ts';
import { decide } from './decide.ts';
import { emptyState, type State } from './state.ts';
import { carryOut } from './testing.ts';
import { canMove, TASK_STATES, TASK_TRANSITIONS } from './task.ts';

const NOW = 10_000;

function create(options: Partial<CommandOf<'task.create'>> = {}): Command {
  return {
    type: 'task.create',
    title: 'A task',
    body: '',
    repo: { url: '/srv/shop', base: 'main' },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
    ...options,
  };
}

function run(state: State, now: number, ...commands: Command[]): string[] {
  return commands
    .flatMap((command) => carryOut(state, command, now, 0))
    .map(({ event }) => event.type);
}

describe('the table of transitions', () => {
  it('has a way from every state to an end, and none out of an end', () => {
    for (const state of TASK_STATES) {
      const reached = new Set([state]);
      for (const from of reached) for (const to of TASK_TRANSITIONS[from]) reached.add(to);
      expect(reached.has('cancelled') || reached.has('completed'), state).toBe(true);
    }
    expect(TASK_TRANSITIONS.completed).toEqual([]);
    expect(TASK_TRANSITIONS.cancelled).toEqual([]);
  });

  it('lets every state but the ends be cancelled', () => {
    const open = TASK_STATES.filter((state) => canMove(state, 'cancelled'));
    expect(open).toEqual(
      TASK_STATES.filter((state) => state !== 'completed' && state !== 'cancelled'),
    );
  });
});

describe('a refused move', () => {
  it('names both states', () => {
    const state = emptyState();
    run(state, NOW, create());
    const answer = decide(
      state,
      { type: 'task.retry', taskId: taskIdOf(1) },
      { now: NOW, actor: 'user' },
    );
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'illegal_transition',
        message: 'task-1 is pending and cannot become queued: only a failed task can be retried',
        details: { from: 'pending', to: 'queued' },
      },
    });
  });
});

describe('a task that waits', () => {
  it('for a time is queued when it has come, and not before', () => {
    const state = emptyState();
    run(state, NOW, create({ at: NOW + 100 }));
    const due: Command = { type: 'task.due', taskId: taskIdOf(1) };
    expect(run(state, NOW + 99, due)).toEqual([]);
    expect(run(state, NOW + 100, due, due)).toEqual(['task.queued']);
  });

  it('for others and for a time waits for both, whichever comes first', () => {
    const first = taskIdOf(1);
    const second = taskIdOf(2);
    const unblock: Command = { type: 'task.unblock', taskId: second };
    const due: Command = { type: 'task.due', taskId: second };

    const othersFirst = emptyState();
    run(othersFirst, NOW, create(), create({ after: [first], at: NOW + 100 }));
    complete(othersFirst);
    expect(run(othersFirst, NOW + 99, unblock, due)).toEqual([]);
    expect(run(othersFirst, NOW + 100, due)).toEqual(['task.queued']);

    const timeFirst = emptyState();
    run(timeFirst, NOW, create(), create({ after: [first], at: NOW + 100 }));
    expect(run(timeFirst, NOW + 100, due, unblock)).toEqual([]);
    complete(timeFirst);
    expect(run(timeFirst, NOW + 101, unblock)).toEqual(['task.queued']);
  });

  it('cannot wait for one that is not there or that will never complete', () => {
    const state = emptyState();
    run(state, NOW, create(), { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
    const ask = (after: number): unknown =>
      decide(state, create({ after: [taskIdOf(after)] }), { now: NOW, actor: 'user' });
    expect(ask(7)).toMatchObject({ ok: false, error: { code: 'unknown_dependency' } });
    expect(ask(1)).toMatchObject({ ok: false, error: { code: 'dependency_cancelled' } });
  });
});

/** Puts the first task straight into its end: how it got there does not matter here. */
function complete(state: State): void {
  const task = state.task(taskIdOf(1));
  if (task) state.put({ task: { ...task, state: 'completed' } });
}
