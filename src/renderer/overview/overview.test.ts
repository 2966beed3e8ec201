/** What the overview says: what is urgent comes first, what needs nobody is left out, and floods of events are bounded. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONDITIONS, ConditionKind } from '../../shared/domain/condition.ts';
import type { Event, StoredEvent } from '../../shared/domain/event.ts';
import type { Task } from '../../shared/domain/task.ts';
import { attemptIdOf, taskIdOf } from '../../shared/ids.ts';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { EMPTY_DATA, type Data } from '../store/data.ts';
import { taskOf } from '../testing.ts';
import { NO_EVENTS, withEvents } from './latest.ts';
import { matterWords, outlookOf, type Matter, type MatterKind } from './matters.ts';
import { needsOf } from './needs.ts';

const failedOf = (number: number, code: 'tests_failed' | 'kills_agents', retryAt: number | null) =>
  taskOf(number, { state: 'failed', failure: { code, message: 'm', attemptId: null, retryAt } });

function dataOf(tasks: readonly Task[], change: Partial<Data['live']> = {}): Data {
  const counts: Record<string, number> = {};
  for (const { state } of tasks) counts[state] = (counts[state] ?? 0) + 1;
  const held = new Map(tasks.map((task) => [task.id, task]));
  return { ...EMPTY_DATA, live: { ...EMPTY_DATA.live, seq: 1, tasks: held, counts, ...change } };
}

const kinds = (data: Data): MatterKind[] => outlookOf(data).matters.map(({ kind }) => kind);

describe('the outlook', () => {
  it('names what needs a person, most urgent first, and not what is tried again by itself', () => {
    const data = dataOf([
      taskOf(1, { state: 'review' }),
      failedOf(2, 'tests_failed', null),
      failedOf(3, 'tests_failed', 9),
      failedOf(4, 'kills_agents', null),
      taskOf(5, { state: 'queued' }),
    ]);
    const full = { kind: 'disk_full', since: 1, message: 'm' } as const;
    const low = { kind: 'disk_low', since: 1, message: 'm' } as const;
    const stopped = { at: 1, by: 'user', reason: '', how: 'freeze' } as const;
    const paused = { ...data.live.workshop, queuePaused: true, stopped };
    const live = { ...data.live, conditions: [low, full], workshop: paused };
    expect(kinds({ ...data, live })).toEqual([
      'stopped',
      'disk_full',
      'review',
      'parked',
      'failed',
      'noAgent',
      'paused',
      'disk_low',
    ]);
  });

  it('leads to the one thing when there is only one, and else to the list', () => {
    const paths = (tasks: readonly Task[]): string[] =>
      outlookOf(dataOf(tasks)).matters.map(({ path }) => path);
    const one = taskOf(1, { state: 'review' });
    expect(paths([one])).toEqual(['/tasks/task-1/changes']);
    expect(paths([one, taskOf(2, { state: 'review' })])).toEqual(['/tasks?state=review']);
    expect(paths([failedOf(3, 'tests_failed', null)])).toEqual(['/tasks/task-3/timeline']);
  });

  it('counts failures that the window does not hold', () => {
    const data = dataOf([failedOf(1, 'tests_failed', 9)], { counts: { failed: 5 } });
    expect(outlookOf(data).matters).toMatchObject([{ kind: 'failed', count: 4 }]);
  });

  it('has words for every matter, in both languages', () => {
    const all: MatterKind[] = ['review', 'asking', 'parked', 'failed', 'noAgent', 'reconnecting'];
    const matters = [
      ...all,
      'blocked' as const,
      'paused' as const,
      'stopped' as const,
      ...ConditionKind.options,
    ];
    expect(ConditionKind.options).toHaveLength(Object.keys(CONDITIONS).length);
    for (const text of [en, ja]) {
      for (const kind of matters) {
        const matter: Matter = { kind, count: 2, level: 'warn', path: '/' };
        expect(matterWords(matter, text)).not.toBe('');
      }
    }
  });
});

describe('what needs you', () => {
  it('is what waited longest first, bounded, without what is being merged', () => {
    const merge = { state: 'requested', at: 1, by: 'user' } as const;
    const data = dataOf([
      taskOf(5, { state: 'review' }),
      taskOf(2, { state: 'review' }),
      taskOf(3, { state: 'review', merge }),
      failedOf(1, 'tests_failed', null),
      failedOf(4, 'tests_failed', 99),
    ]);
    const { shown, count } = needsOf(data, 2);
    expect([shown.map(({ id }) => id), count]).toEqual([['task-2', 'task-5'], 3]);
  });
});

describe('the latest events', () => {
  const phase: Event = {
    type: 'attempt.phase_started',
    taskId: taskIdOf(1),
    attemptId: attemptIdOf(taskIdOf(1), 1),
    reportSeq: 1,
    phase: 'test',
  };
  const done: Event = { type: 'task.completed', taskId: taskIdOf(1) };
  const storedOf = (seq: number): StoredEvent => ({
    seq,
    at: seq,
    actor: 'test',
    event: seq % 50 === 0 ? done : phase,
  });

  it('are the newest, each once, whatever the order in which they come; a flood does not hide what matters', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.boolean(), (sizes, isLate) => {
        let seq = 0;
        const batches = sizes.map((size) => Array.from({ length: size }, () => storedOf(++seq)));
        const [first = [], ...rest] = batches;
        const inOrder = isLate ? [...rest, first] : batches;
        const { all, matters } = [...inOrder, first].reduce(withEvents, NO_EVENTS);
        const seqs = all.map((stored) => stored.seq);
        expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => b - a));
        expect(all.length).toBeLessThanOrEqual(100);
        expect(matters.length).toBe(Math.min(100, Math.floor(seq / 50)));
      }),
    );
  });
});
