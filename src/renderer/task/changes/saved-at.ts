/** Which state of an attempt's work stands for a moment of it: what was saved last before. From the events of the open task. Pure. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';

export type Standing =
  /** All that there is: the change, or the newest checkpoint. */
  | { readonly kind: 'newest' }
  | { readonly kind: 'checkpoint'; readonly commit: string; readonly at: number }
  /** The events are not here yet. */
  | { readonly kind: 'unknown' }
  /** Nothing was saved until then. */
  | { readonly kind: 'nothing' };

const NEWEST: Standing = { kind: 'newest' };

/** @param at the moment (epoch ms); `null`: now */
export function standingAt(
  { id, state, endedAt, checkpoint }: Pick<Attempt, 'id' | 'state' | 'endedAt' | 'checkpoint'>,
  events: readonly StoredEvent[],
  at: number | null,
): Standing {
  if (at === null || (endedAt !== null && at >= endedAt)) return NEWEST;
  // Every task has at least the one that made it.
  if (events.length === 0) return { kind: 'unknown' };
  for (const stored of events.toReversed()) {
    const { event } = stored;
    if (event.type !== 'attempt.checkpointed' || event.attemptId !== id || stored.at > at) continue;
    // An attempt that succeeded left a change, which is more than its last checkpoint.
    const isNewest = event.commit === checkpoint?.commit && state !== 'succeeded';
    return isNewest ? NEWEST : { kind: 'checkpoint', commit: event.commit, at: stored.at };
  }
  return { kind: 'nothing' };
}
