/** The newest events of the workshop, bounded: all of them, and apart those that matter, which a busy hour would push out. Pure. */
import type { Event, StoredEvent } from '../../shared/domain/event.ts';

export interface Latest {
  /** Newest first. */
  readonly all: readonly StoredEvent[];
  readonly matters: readonly StoredEvent[];
}

export const NO_EVENTS: Latest = { all: [], matters: [] };

const MOST = 100;

/** Adds events, whatever their order; those that are there are left out. */
export function withEvents(before: Latest, events: readonly StoredEvent[]): Latest {
  // A flood is cut first: what would fall out again need not be looked at.
  const few = events.slice(-MOST);
  return {
    all: joined(before.all, few),
    matters: joined(before.matters, events.filter(({ event }) => doesMatter(event)).slice(-MOST)),
  };
}

function joined(
  before: readonly StoredEvent[],
  more: readonly StoredEvent[],
): readonly StoredEvent[] {
  const known = new Set(before.map(({ seq }) => seq));
  const fresh = more.filter(({ seq }) => !known.has(seq));
  if (fresh.length === 0) return before;
  return [...before, ...fresh].toSorted((a, b) => b.seq - a.seq).slice(0, MOST);
}

/** What somebody who looks up once an hour would want to have been told. */
export function doesMatter(event: Event): boolean {
  switch (event.type) {
    case 'task.created':
    case 'task.review_opened':
    case 'task.completed':
    case 'task.cancelled':
    case 'attempt.fenced':
    case 'attempt.taken_over':
    case 'agent.enrolled':
    case 'agent.connected':
    case 'agent.disconnected':
    case 'agent.conditions_changed':
    case 'agent.drain_changed':
    case 'agent.removed':
    case 'agent.shell_opened':
    case 'queue.paused':
    case 'queue.resumed':
    case 'workshop.restored':
    case 'workshop.stopped':
    case 'workshop.restarted':
      return true;
    case 'task.failed':
      return event.retryAt === null;
    case 'task.merge_changed':
      return event.merge.state === 'refused';
    case 'attempt.ended':
      return event.state === 'lost';
    default:
      return false;
  }
}
