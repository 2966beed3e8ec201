import { describe, expect, it } from 'vitest';
import { TASK_STATES } from '../../shared/domain/task.ts';
import { GROUP_STATES, groupOf, GROUPS } from './groups.ts';
import { groupCount, healthOf } from './selectors.ts';

describe('groups', () => {
  it('hold every state once', () => {
    const all = GROUPS.flatMap((group) => GROUP_STATES[group]);
    expect(all.toSorted()).toEqual(TASK_STATES.toSorted());
    for (const group of GROUPS) {
      for (const state of GROUP_STATES[group]) expect(groupOf(state)).toBe(group);
    }
  });
});

describe('the health line', () => {
  it('counts by group over the whole workshop', () => {
    const counts = { assigned: 1, in_progress: 2, testing: 3, review: 4, queued: 5, failed: 6 };
    expect(healthOf({ agents: new Map(), counts })).toEqual({
      agents: 0,
      reconnecting: 0,
      running: 6,
      waiting: 5,
      review: 4,
      failed: 6,
    });
    expect(groupCount({}, 'done')).toBe(0);
  });
});
