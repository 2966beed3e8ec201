/** What drops do, held against the table of states. */
import { describe, expect, it } from 'vitest';
import { canMove, isEnd, isHeld, PRIORITIES, TASK_STATES } from '../../shared/domain/task.ts';
import { GROUP_STATES, GROUPS, groupOf } from '../store/groups.ts';
import { actionsFor, isMerging } from '../task/actions.ts';
import { ACT_PATHS, DROP_PLACES, dropOn, isPriority, type Dropped } from './moves.ts';

const MERGES = [null, { state: 'requested', at: 1, by: 'user' }] as const;

const ALL: readonly Dropped[] = TASK_STATES.flatMap((state) =>
  PRIORITIES.flatMap((priority) => MERGES.map((merge) => ({ state, priority, merge }))),
);

/** Every drop there is. */
const DROPS = ALL.flatMap((task) =>
  DROP_PLACES.map((place) => ({ task, place, result: dropOn(task, place) })),
);
const does = ({ result }: (typeof DROPS)[number]): boolean => 'act' in result;

describe('a drop', () => {
  it('does only what can be done with the task in its state, and ends where it was dropped', () => {
    const wrong = DROPS.filter(({ task, place, result }) => {
      if (!('act' in result) || result.act === 'priority' || place === 'cancel') return false;
      const end = ACT_PATHS[result.act].find(([from]) => from === task.state)?.at(-1);
      const isThere = GROUPS.some(
        (group) => group === place && GROUP_STATES[group].some((state) => state === end),
      );
      return !isThere || !actionsFor(task).includes(result.act);
    });
    expect(wrong).toEqual([]);
  });

  it('goes no way that the table of states does not have', () => {
    const steps = Object.values(ACT_PATHS)
      .flat()
      .flatMap((path) => path.slice(1).map((to, index) => ({ from: path[index] ?? to, to })));
    expect(steps.filter(({ from, to }) => !canMove(from, to))).toEqual([]);
  });

  it('cancels exactly what the table lets be cancelled', () => {
    for (const drop of DROPS.filter(({ place }) => place === 'cancel')) {
      const can = canMove(drop.task.state, 'cancelled') && !isMerging(drop.task);
      expect(does(drop)).toBe(can);
    }
  });

  it('changes a priority of what neither ended nor is held, and only to another one', () => {
    for (const drop of DROPS.filter(({ place }) => isPriority(place))) {
      const { state, priority } = drop.task;
      const can = !isEnd(state) && !isHeld(state) && !isMerging(drop.task);
      expect(does(drop)).toBe(can && priority !== drop.place);
    }
  });

  it('says that a task is here already, and that one waits for its merge', () => {
    const merging = DROPS.filter(({ task }) => isMerging(task));
    expect(new Set(merging.map(({ result }) => JSON.stringify(result)))).toEqual(
      new Set(['{"why":"merging"}']),
    );
    const here = DROPS.filter(
      ({ task, place }) => place === groupOf(task.state) && !isMerging(task),
    );
    expect(new Set(here.map(({ result }) => JSON.stringify(result)))).toEqual(
      new Set(['{"why":"here"}']),
    );
  });
});
