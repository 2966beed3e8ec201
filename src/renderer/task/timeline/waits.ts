/** When a task was not worked on, and what it waited for then. From the events of the open task. Pure. */
import type { StoredEvent, QueuedWhy } from '../../../shared/domain/event.ts';
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import type { Span } from './zoom.ts';

export type WaitKind =
  | 'new'
  | 'scheduled'
  | 'blocked'
  | 'reading'
  | 'queued'
  | 'retry'
  | 'failed'
  | 'review'
  | 'merging';

export interface Wait {
  readonly kind: WaitKind;
  readonly span: Span;
  /** Of `queued`: why it stands in the queue. */
  readonly why: QueuedWhy | null;
  /** It lasts. */
  readonly isOpen: boolean;
}

interface Began {
  readonly kind: WaitKind;
  readonly why?: QueuedWhy;
}

export function waitsOf(
  task: Pick<Task, 'state' | 'updatedAt'>,
  events: readonly StoredEvent[],
  now: number,
): Wait[] {
  const waits: Wait[] = [];
  let since: (Began & { readonly from: number }) | null = null;
  const end = (until: number, isOpen: boolean): void => {
    if (!since) return;
    const { kind, why = null, from } = since;
    waits.push({ kind, why, isOpen, span: { from, until: Math.max(from, until) } });
    since = null;
  };
  for (const { event, at } of events) {
    const next = begins(event);
    if (next === undefined) continue;
    end(at, false);
    since = next && { ...next, from: at };
  }
  const isOver = isEnd(task.state);
  end(isOver ? task.updatedAt : now, !isOver);
  return waits.filter(({ span, isOpen }) => isOpen || span.until > span.from);
}

/** What a task waits for from an event on; `null`: for nothing; `undefined`: the event does not change that. */
function begins(event: StoredEvent['event']): Began | null | undefined {
  switch (event.type) {
    case 'task.created':
      return { kind: event.state === 'pending' ? 'new' : event.state };
    case 'task.analysis_started':
      return { kind: 'reading' };
    case 'task.queued':
      return { kind: 'queued', why: event.why };
    case 'task.blocked':
      return { kind: 'blocked' };
    case 'task.failed':
      return { kind: event.retryAt === null ? 'failed' : 'retry' };
    case 'task.review_opened':
      return { kind: 'review' };
    case 'task.merge_changed':
      return event.merge.state === 'merged'
        ? null
        : { kind: event.merge.state === 'requested' ? 'merging' : 'review' };
    case 'task.assigned':
    case 'task.completed':
    case 'task.cancelled':
      return null;
    default:
      return undefined;
  }
}
