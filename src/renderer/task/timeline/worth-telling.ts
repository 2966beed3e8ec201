/** Leaves out the beginning of a phase once its end is known: one line per phase. Pure. */
import type { StoredEvent } from '../../../shared/domain/event.ts';

export function worthTelling(events: readonly StoredEvent[]): StoredEvent[] {
  const ended = new Set(
    events.flatMap(({ event }) =>
      event.type === 'attempt.phase_ended' ? [`${event.attemptId} ${event.phase}`] : [],
    ),
  );
  return events.filter(
    ({ event }) =>
      event.type !== 'attempt.phase_started' || !ended.has(`${event.attemptId} ${event.phase}`),
  );
}
