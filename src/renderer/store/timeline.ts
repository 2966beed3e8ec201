/** The events of the one task that is open, oldest first and bounded. Pure. */
import { taskOfEvent, type StoredEvent } from '../../shared/domain/event.ts';
import type { TaskId } from '../../shared/ids.ts';

export interface Timeline {
  readonly taskId: TaskId;
  readonly events: readonly StoredEvent[];
  /** Events that were dropped because there are too many. */
  readonly dropped: number;
}

/** Events held at most. */
export const MOST_EVENTS = 2_000;

export function openTimeline(taskId: TaskId): Timeline {
  return { taskId, events: [], dropped: 0 };
}

/** Adds those of `events` that are about the open task, each once, wherever they come from. */
export function extend(timeline: Timeline, events: readonly StoredEvent[]): Timeline {
  const fresh = events.filter(({ event }) => taskOfEvent(event) === timeline.taskId);
  if (fresh.length === 0) return timeline;
  const bySeq = new Map([...timeline.events, ...fresh].map((stored) => [stored.seq, stored]));
  const all = [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
  const surplus = Math.max(0, all.length - MOST_EVENTS);
  if (all.length === timeline.events.length) return timeline;
  return { ...timeline, events: all.slice(surplus), dropped: timeline.dropped + surplus };
}
