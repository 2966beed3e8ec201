import { describe, expect, it } from 'vitest';
import type { Task } from '../../shared/domain/task.ts';
import { AgentId } from '../../shared/ids.ts';
import { taskOf } from '../testing.ts';
import {
  byGroup,
  filterOf,
  filterTasks,
  findInput,
  isFiltering,
  matches,
  readQuery,
} from './filter.ts';

const KILN = AgentId.parse('kiln');

function shown(tasks: readonly Task[], query: string): string[] {
  const filter = filterOf(new URLSearchParams(query));
  return filterTasks(tasks, new Map(), filter).map(({ id }) => id);
}

describe('the filter', () => {
  it('is read from the address, and ignores what it does not know', () => {
    const filter = filterOf(new URLSearchParams('q=tax&state=review&priority=mega&agent=kiln'));
    expect(filter).toEqual({ words: 'tax', facets: { state: 'review', agent: 'kiln' } });
    expect(isFiltering(filter)).toBe(true);
    expect(isFiltering(filterOf(new URLSearchParams('view=table&q=  ')))).toBe(false);
  });

  it('is read from what is typed, and leaves there what makes no sense', () => {
    expect(readQuery('state:failed fix priority:urgent  the total')).toEqual({
      words: 'fix the total',
      facets: { state: 'failed', priority: 'urgent' },
    });
    expect(readQuery('state:sideways http://shop state:')).toEqual({
      words: 'state:sideways http://shop state:',
      facets: {},
    });
    const both = filterOf(new URLSearchParams('state=review&q=state:failed'));
    expect(both).toEqual({ words: '', facets: { state: 'failed' } });
  });

  it('finds every word, in number, title, repository or agent, in any case', () => {
    const one = taskOf(12, { title: 'Fix the TOTAL', repo: { url: '/srv/shop', base: null } });
    expect(matches(one, 'total shop', undefined)).toBe(true);
    expect(matches(one, 'task-12', undefined)).toBe(true);
    expect(matches(one, 'total kiln', 'kiln')).toBe(true);
    expect(matches(one, 'total api', undefined)).toBe(false);
  });

  it('shows those that pass everything', () => {
    const tasks = [
      taskOf(1, { repo: { url: 'https://forge.example/a/shop.git', base: null } }),
      taskOf(2, { state: 'completed', needs: ['gpu'], batch: 'month end' }),
      taskOf(3, { priority: 'urgent', title: 'Tax', engine: { kind: 'command', run: 'true' } }),
      taskOf(4, { state: 'cancelled' }),
    ];
    expect(shown(tasks, '')).toEqual(['task-1', 'task-2', 'task-3', 'task-4']);
    expect(shown(tasks, 'batch=month+end')).toEqual(['task-2']);
    expect(shown(tasks, 'batch=month')).toEqual([]);
    expect(shown(tasks, 'state=queued')).toEqual(['task-1', 'task-3']);
    expect(shown(tasks, 'state=done')).toEqual(['task-2', 'task-4']);
    expect(shown(tasks, 'state=queued&priority=urgent')).toEqual(['task-3']);
    expect(shown(tasks, 'agent=kiln')).toEqual([]);
    expect(shown(tasks, 'needs=gpu')).toEqual(['task-2']);
    expect(shown(tasks, 'engine=command&q=TAX')).toEqual(['task-3']);
    expect(shown(tasks, 'q=repo:shop state:waiting')).toEqual(['task-1', 'task-3']);
  });

  it('asks the coordinator for the same', () => {
    const filter = filterOf(new URLSearchParams('q=Fix state:done&agent=kiln&needs=gpu'));
    expect(findInput(filter)).toEqual({
      q: 'fix',
      states: 'completed,cancelled',
      agent: KILN,
      needs: 'gpu',
    });
  });
});

describe('the board', () => {
  it('has waiting tasks by priority, then by age', () => {
    const groups = byGroup([
      taskOf(4, { priority: 'low' }),
      taskOf(3),
      taskOf(1, { state: 'blocked' }),
      taskOf(2, { priority: 'urgent' }),
      taskOf(5, { state: 'testing' }),
    ]);
    expect(groups.waiting.map(({ id }) => id)).toEqual(['task-2', 'task-1', 'task-3', 'task-4']);
    expect(groups.working.map(({ id }) => id)).toEqual(['task-5']);
  });
});
