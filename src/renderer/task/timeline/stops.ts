/** When the whole workshop stood still by the emergency stop, from the events about the workshop. Pure. */
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { Span } from './zoom.ts';

export interface WorkshopStop {
  readonly span: Span;
  /** Who stopped it, and what was said about it; may be empty. */
  readonly by: string;
  readonly reason: string;
  /** It lasts. */
  readonly isOpen: boolean;
}

/** @param events oldest first; others than those of stops are passed over */
export function stopsOf(events: readonly StoredEvent[], now: number): WorkshopStop[] {
  const stops: WorkshopStop[] = [];
  let since: { readonly at: number; readonly by: string; readonly reason: string } | null = null;
  const end = (until: number, isOpen: boolean): void => {
    if (!since) return;
    const { at: from, by, reason } = since;
    stops.push({ span: { from, until: Math.max(from, until) }, by, reason, isOpen });
    since = null;
  };
  for (const { event, at } of events) {
    // A stop that is told again, now to end what it froze, goes on.
    if (event.type === 'workshop.stopped') since ??= { at, by: event.by, reason: event.reason };
    if (event.type === 'workshop.restarted') end(at, false);
  }
  end(now, true);
  return stops;
}

/** The events of a task with those of stops, oldest first. */
export function withStops(
  events: readonly StoredEvent[],
  stops: readonly StoredEvent[],
): readonly StoredEvent[] {
  if (stops.length === 0) return events;
  return [...events, ...stops].toSorted((a, b) => a.seq - b.seq);
}
