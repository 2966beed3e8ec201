import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../shared/domain/event.ts';
import { taskIdOf } from '../../shared/ids.ts';
import { extend, MOST_EVENTS, openTimeline } from './timeline.ts';

const open = taskIdOf(1);

function event(seq: number, task = 1): StoredEvent {
  return { seq, at: seq, actor: 'test', event: { type: 'task.started', taskId: taskIdOf(task) } };
}

describe('the timeline', () => {
  it('has each event of its task once and in order, whichever way it came', () => {
    let timeline = extend(openTimeline(open), [event(7), event(8, 2), event(9)]);
    timeline = extend(timeline, [event(1), event(4), event(7)]);
    expect(timeline.events.map(({ seq }) => seq)).toEqual([1, 4, 7, 9]);
    expect(timeline.dropped).toBe(0);
  });

  it('is the same object when nothing is new', () => {
    const timeline = extend(openTimeline(open), [event(1)]);
    expect(extend(timeline, [event(1), event(2, 2)])).toBe(timeline);
  });

  it('keeps the newest, and says how many it dropped', () => {
    const events = Array.from({ length: MOST_EVENTS + 3 }, (_, index) => event(index + 1));
    const timeline = extend(openTimeline(open), events);
    expect(timeline.events).toHaveLength(MOST_EVENTS);
    expect(timeline.events[0]?.seq).toBe(4);
    expect(timeline.dropped).toBe(3);
  });
});
