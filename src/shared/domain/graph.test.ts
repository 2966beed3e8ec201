/** What waits for what: no circle gets in, whatever is asked, and what is skipped is skipped once, down the line. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskIdOf, type TaskId } from '../ids.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import { cycleIn, inOrder, wayBack } from './graph.ts';
import { emptyState, type State } from './state.ts';
import { carryOut } from './testing.ts';

const COUNT = 8;

function workshop(upstream: 'wait' | 'skip' = 'wait'): State {
  const state = emptyState();
  for (let n = 1; n <= COUNT; n++) {
    const about = { title: `Task ${n}`, body: '', repo: { url: '/srv/shop', base: 'main' } };
    const how = { priority: 'normal', engine: { kind: 'command', run: 'true' } } as const;
    const created = { ...about, ...how, needs: [], after: [], at: null, upstream };
    carryOut(state, { type: 'task.create', ...created }, 1_000, state.tasks.size * 10);
  }
  return state;
}

/** What each task waits for, by numbers; a number may be its own. */
const edges = fc.array(
  fc.tuple(fc.integer({ min: 1, max: COUNT }), fc.integer({ min: 1, max: COUNT })),
  {
    maxLength: 30,
  },
);

function waitFor(state: State, task: number, other: number): Command {
  const taskId = taskIdOf(task);
  const after = [...(state.task(taskId)?.after ?? []), taskIdOf(other)];
  return { type: 'task.update', taskId, after };
}

function nodesOf(state: State) {
  return [...state.tasks.values()].map(({ id: key, after }) => ({ key, after }));
}

describe('tasks that wait for each other', () => {
  it('never wait in a circle, and a refusal names one that would be', () => {
    fc.assert(
      fc.property(edges, (asked) => {
        const state = workshop();
        for (const [task, other] of asked) {
          const command = waitFor(state, task, other);
          const decision = decide(state, command, { now: 2_000, actor: 'test' });
          carryOut(state, command, 2_000, 100);
          expect(cycleIn(nodesOf(state))).toBeNull();
          if (decision.ok) continue;
          expect(decision.error.code).toBe('dependency_cycle');
          const way = [decision.error.details?.['path']].flat();
          expect([way[0], way[1], way.at(-1)]).toEqual([
            taskIdOf(task),
            taskIdOf(other),
            taskIdOf(task),
          ]);
        }
      }),
    );
  });

  it('say the way of a circle in words', () => {
    const state = workshop();
    carryOut(state, waitFor(state, 7, 3), 2_000, 100);
    const refused = decide(state, waitFor(state, 3, 7), { now: 2_000, actor: 'test' });
    const said = refused.ok ? '' : refused.error.message;
    expect(said).toContain('task-3 → task-7 → task-3');
  });

  it('are skipped once each when one before them is cancelled, and no others are', () => {
    fc.assert(
      fc.property(edges, fc.integer({ min: 1, max: COUNT }), (asked, first) => {
        const state = workshop('skip');
        for (const [task, other] of asked) carryOut(state, waitFor(state, task, other), 2_000, 100);
        const nodes = nodesOf(state);
        const doomed = inOrder(nodes).reduce(
          (all, { key, after }) =>
            key === taskIdOf(first) || after.some((id) => all.has(id)) ? all.add(key) : all,
          new Set<TaskId>(),
        );
        const cancelled: TaskId[] = [];
        let open: Command[] = [{ type: 'task.cancel', taskId: taskIdOf(first), reason: 'no' }];
        for (let round = 0; round < 3 * COUNT; round++) {
          for (const command of open)
            for (const { event } of carryOut(state, command, 3_000, 200))
              if (event.type === 'task.cancelled') cancelled.push(event.taskId);
          open = [...state.tasks.keys()].map((taskId) => ({ type: 'task.unblock', taskId }));
        }
        expect(cancelled.toSorted()).toEqual([...doomed].toSorted());
      }),
    );
  });

  it('stay blocked where nothing else is said, and wait in the queue when they are let go', () => {
    const state = workshop();
    carryOut(state, waitFor(state, 2, 1), 2_000, 100);
    expect(state.task(taskIdOf(2))?.state).toBe('blocked');
    carryOut(state, { type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' }, 2_000, 110);
    carryOut(state, { type: 'task.unblock', taskId: taskIdOf(2) }, 2_000, 120);
    expect(state.task(taskIdOf(2))?.state).toBe('blocked');
    carryOut(state, { type: 'task.update', taskId: taskIdOf(2), after: [] }, 2_000, 130);
    expect(state.task(taskIdOf(2))?.state).toBe('queued');
  });
});

it('finds the shortest way back', () => {
  const next: Record<string, string[]> = { a: ['b', 'd'], b: ['c'], c: ['a'], d: ['a'] };
  expect(wayBack('a', (node) => next[node] ?? [])).toEqual(['a', 'd', 'a']);
  expect(wayBack('x', () => [])).toBeNull();
});
