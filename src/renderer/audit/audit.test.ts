/** Words for every event of the record, and filters as they are typed. */
import { describe, expect, test } from 'vitest';
import type { Event, StoredEvent } from '../../shared/domain/event.ts';
import { ConsoleId } from '../../shared/console.ts';
import { AgentId, TaskId } from '../../shared/ids.ts';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { describeEntry, subjectOf } from './describe.ts';
import { MOST, withNewer } from './log-view.ts';
import { isFiltered, meantBy, typedIn } from './filter.ts';

const agentId = AgentId.parse('local-1');
const consoleId = ConsoleId.parse('console-0123456789ab');
const taskId = TaskId.parse('task-12');

describe('an event', () => {
  test.each<[Event, string, string]>([
    [{ type: 'queue.paused', by: 'user' }, 'The queue was paused', 'キューを停止'],
    [
      { type: 'agent.drain_changed', agentId, draining: true },
      'local-1 gets no new work',
      'local-1 への割り当てを停止',
    ],
    [
      { type: 'agent.conditions_changed', agentId, conditions: [] },
      'local-1 is well again',
      'local-1 が回復',
    ],
    [
      { type: 'agent.shell_opened', agentId, consoleId, by: 'user' },
      'user opened a shell on local-1',
      'user が local-1 でシェルを開始',
    ],
    [
      { type: 'agent.shell_closed', agentId, consoleId, why: 'closed by user' },
      'A shell on local-1 was closed',
      'local-1 のシェルを終了',
    ],
    [{ type: 'task.completed', taskId }, en.events.completed, ja.events.completed],
  ])('%j has words in both languages', (event, english, japanese) => {
    expect(describeEntry(event, en).text).toBe(english);
    expect(describeEntry(event, ja).text).toBe(japanese);
  });

  test('is about a task, an agent, or the workshop', () => {
    expect(subjectOf({ type: 'task.completed', taskId })?.path).toBe('/tasks/task-12');
    expect(subjectOf({ type: 'agent.removed', agentId })?.path).toBe('/agents/local-1');
    expect(subjectOf({ type: 'queue.paused', by: 'user' })).toBeNull();
  });
});

describe('a filter', () => {
  const meant = (address: string) => meantBy(typedIn(new URLSearchParams(address)));

  test('is what stands in the address', () => {
    expect(meant('q=tax&kind=task&by=user').filter).toEqual({
      q: 'tax',
      kind: 'task',
      actor: 'user',
    });
    expect(meant('kind=nothing').filter).toEqual({});
    expect(isFiltered(typedIn(new URLSearchParams('event=3')))).toBe(false);
  });

  test.each([['12'], ['#12'], ['task-12']])('about %s is about that task', (about) => {
    expect(meant(`about=${encodeURIComponent(about)}`)).toEqual({
      filter: { task: taskId },
      isSubjectWrong: false,
    });
  });

  test('about a name is about that agent, and says when it cannot be one', () => {
    expect(meant('about=local-1').filter).toEqual({ agent: agentId });
    expect(meant('about=%20what%20is').isSubjectWrong).toBe(true);
  });

  test('of a time takes whole minutes', () => {
    const { since = 0, until = 0 } = meant('from=2026-01-02T10:00&to=2026-01-02T10:00').filter;
    expect(until - since).toBe(59_999);
  });
});

describe('what is new in the record', () => {
  const event = (seq: number): StoredEvent => ({
    seq,
    at: seq,
    actor: 'user',
    event: { type: 'queue.paused', by: 'user' },
  });
  const page = (seqs: number[], nextBefore: number | null) => ({
    events: seqs.map(event),
    nextBefore,
    lookedTo: null,
  });

  test('stands before what is held, without a gap', () => {
    expect(
      withNewer([event(2), event(1)], page([4, 3], null)).events.map(({ seq }) => seq),
    ).toEqual([4, 3, 2, 1]);
    const anew = withNewer([event(2), event(1)], page([9, 8], 8));
    expect(anew).toEqual({ events: [event(9), event(8)], isEnd: false, isFull: false });
  });

  test('never makes more than are ever held', () => {
    const held = Array.from({ length: MOST }, (_, index) => event(MOST - index));
    const { events, isEnd } = withNewer(held, page([MOST + 1], null));
    expect(events).toHaveLength(MOST);
    expect(events.at(-1)?.seq).toBe(2);
    expect(isEnd).toBe(false);
  });
});
