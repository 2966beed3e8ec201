/**
 * What was used in the last two hours, in pieces of five minutes, for the forecast. In memory: read once from the end of the
 * log, then fed by what is committed.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Usage } from '../../../shared/domain/engine.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { moreThan } from '../../../shared/domain/usage.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';

export interface RecentUsage {
  readonly stepMs: number;
  /** Pieces that are over, oldest first; the first one began at `from` (epoch ms). */
  read(): { readonly from: number; readonly tokens: number[]; readonly costMicros: number[] };
  close(): void;
}

const STEP_MS = 5 * 60_000;
const PIECES = 24;
/** So many events at the end of the log are looked at when the coordinator starts. */
const MOST_EVENTS = 20_000;

interface Piece {
  tokens: number;
  costMicros: number;
}

export function watchUsage(journal: Journal, clock: Pick<Clock, 'now'>): RecentUsage {
  const pieces = new Map<number, Piece>();
  /** The last report of each attempt at work; `null` for one that has not reported. */
  const reported = new Map<AttemptId, Usage | null>();
  /** Those whose requests are counted by the gateway: what they say of themselves is not counted again. */
  const metered = new Set<AttemptId>();

  function take({ event, at }: StoredEvent): void {
    if (event.type === 'task.assigned') reported.set(event.attemptId, null);
    else if (event.type === 'attempt.ended') {
      reported.delete(event.attemptId);
      metered.delete(event.attemptId);
    } else if (event.type === 'attempt.model_called') {
      // What an engine had said of itself until now is in its requests, too.
      const said = metered.has(event.attemptId) ? null : (reported.get(event.attemptId) ?? null);
      metered.add(event.attemptId);
      add(at, moreThan(said, event.call.usage));
    } else if (event.type === 'attempt.usage_reported' && !metered.has(event.attemptId)) {
      const before = reported.get(event.attemptId);
      reported.set(event.attemptId, event.usage);
      // What one had used that began before we looked is not known: only what comes after counts.
      if (before !== undefined) add(at, moreThan(before, event.usage));
    }
  }

  function add(at: number, more: ReturnType<typeof moreThan>): void {
    const number = Math.floor(at / STEP_MS);
    const piece = pieces.get(number) ?? { tokens: 0, costMicros: 0 };
    piece.tokens += Math.max(0, (more.inputTokens ?? 0) + (more.outputTokens ?? 0));
    piece.costMicros += Math.max(0, more.costMicros ?? 0);
    pieces.set(number, piece);
    const oldest = Math.floor(clock.now() / STEP_MS) - PIECES;
    for (const key of pieces.keys()) if (key < oldest) pieces.delete(key);
  }

  for (const stored of journal.eventsAfter(Math.max(0, journal.seq() - MOST_EVENTS), MOST_EVENTS)) {
    take(stored);
  }
  for (const id of journal.agents().flatMap(({ running }) => running)) {
    const attempt = journal.attempt(id);
    if (!reported.has(id)) reported.set(id, attempt?.usage ?? null);
    if (attempt?.metered) metered.add(id);
  }
  const stop = journal.subscribe((events) => {
    for (const stored of events) take(stored);
  });
  return {
    stepMs: STEP_MS,
    read() {
      const now = Math.floor(clock.now() / STEP_MS);
      const found = Array.from({ length: PIECES }, (_, index) => pieces.get(now - PIECES + index));
      return {
        from: (now - PIECES) * STEP_MS,
        tokens: found.map((piece) => piece?.tokens ?? 0),
        costMicros: found.map((piece) => piece?.costMicros ?? 0),
      };
    },
    close: stop,
  };
}
