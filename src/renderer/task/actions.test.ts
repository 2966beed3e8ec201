import { describe, expect, it } from 'vitest';
import { canMove, isEnd, TASK_STATES } from '../../shared/domain/task.ts';
import { actionsFor, isMerging } from './actions.ts';
import { tabIn } from './tabs.ts';

describe('the actions of a task', () => {
  it('are only those its state allows', () => {
    const leadsTo = {
      approve: 'completed',
      send_back: 'failed',
      reject: 'cancelled',
      retry: 'queued',
      cancel: 'cancelled',
    } as const;
    for (const state of TASK_STATES) {
      const impossible = actionsFor({ state }).filter((action) => !canMove(state, leadsTo[action]));
      expect(impossible).toEqual([]);
      expect(actionsFor({ state }).length === 0).toBe(isEnd(state));
    }
  });

  it('wait while a merge is carried out', () => {
    const merge = { state: 'requested', at: 1, by: 'user' } as const;
    expect(isMerging({ state: 'review', merge })).toBe(true);
    expect(isMerging({ state: 'completed', merge })).toBe(false);
    expect(isMerging({ state: 'review', merge: null })).toBe(false);
  });
});

describe('the view of a task', () => {
  it('is the one that the address names, or the first', () => {
    expect(tabIn('terminal')).toBe('terminal');
    expect(tabIn(undefined)).toBe('timeline');
    expect(tabIn('nothing')).toBe('timeline');
  });
});
