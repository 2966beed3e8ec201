import { describe, expect, it } from 'vitest';
import type { Task } from '../../shared/domain/task.ts';
import { taskIdOf } from '../../shared/ids.ts';
import { byGroup, filterOf, filterTasks, isFiltering, matches } from './filter.ts';

function task(number: number, change: Partial<Task> = {}): Task {
  return {
    id: taskIdOf(number),
    title: `Task ${number}`,
    body: '',
    repo: { url: '/srv/shop', base: 'main' },
    priority: 'normal',
    engine: { kind: 'claude-code' },
    needs: [],
    after: [],
    at: null,
    state: 'queued',
    specialty: null,
    createdAt: number,
    createdBy: 'user',
    updatedAt: number,
    queuedAt: null,
    attemptId: null,
    attempts: 0,
    failures: 0,
    losses: 0,
    kills: 0,
    checkpoint: null,
    origin: null,
    change: null,
    failure: null,
    merge: null,
    feedback: [],
    cancelReason: null,
    ...change,
  };
}

function shown(tasks: readonly Task[], query: string): string[] {
  const map = new Map(tasks.map((one) => [one.id, one]));
  return filterTasks(map, new Map(), filterOf(new URLSearchParams(query))).map(({ id }) => id);
}

describe('the filter', () => {
  it('is read from the address, and ignores what it does not know', () => {
    const filter = filterOf(new URLSearchParams('q=tax&state=review&priority=mega&agent=kiln'));
    expect(filter).toEqual({ words: 'tax', state: 'review', priority: null, agent: 'kiln' });
    expect(isFiltering(filter)).toBe(true);
    expect(isFiltering(filterOf(new URLSearchParams('view=table&q=  ')))).toBe(false);
  });

  it('finds every word, in number, title, repository or agent, in any case', () => {
    const one = task(12, { title: 'Fix the TOTAL', repo: { url: '/srv/shop', base: null } });
    expect(matches(one, 'total shop', undefined)).toBe(true);
    expect(matches(one, 'task-12', undefined)).toBe(true);
    expect(matches(one, 'total kiln', 'kiln')).toBe(true);
    expect(matches(one, 'total api', undefined)).toBe(false);
  });

  it('shows those that pass everything, the last change first', () => {
    const tasks = [
      task(1, { updatedAt: 5 }),
      task(2, { state: 'review', updatedAt: 9 }),
      task(3, { priority: 'urgent', updatedAt: 7 }),
    ];
    expect(shown(tasks, '')).toEqual(['task-2', 'task-3', 'task-1']);
    expect(shown(tasks, 'state=queued')).toEqual(['task-3', 'task-1']);
    expect(shown(tasks, 'state=queued&priority=urgent')).toEqual(['task-3']);
    expect(shown(tasks, 'agent=kiln')).toEqual([]);
  });
});

describe('the board', () => {
  it('has waiting tasks by priority, then by age', () => {
    const groups = byGroup([
      task(4, { priority: 'low' }),
      task(3),
      task(1, { state: 'blocked' }),
      task(2, { priority: 'urgent' }),
      task(5, { state: 'testing' }),
    ]);
    expect(groups.waiting.map(({ id }) => id)).toEqual(['task-2', 'task-1', 'task-3', 'task-4']);
    expect(groups.working.map(({ id }) => id)).toEqual(['task-5']);
  });
});
