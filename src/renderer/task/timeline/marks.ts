/**
 * What happened to an attempt besides its phases, placed on the scale that its bars have: checkpoints, pauses, and what
 * came after its end. From the events of the open task. Pure.
 */
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { beginOf, type Scale } from './layout.ts';

export type MarkKind = 'checkpoint' | 'fenced' | 'kept';

export interface Mark {
  readonly kind: MarkKind;
  /** Epoch ms; of several checkpoints drawn as one, that of the last. */
  readonly at: number;
  /** Percent of the shared scale; what came after its end stands at the end. */
  readonly left: number;
  readonly commit: string | null;
  /** How many are drawn as this one. */
  readonly count: number;
}

export interface Pause {
  readonly from: number;
  /** `null`: it lasts. */
  readonly to: number | null;
  readonly left: number;
  readonly width: number;
  readonly durationMs: number;
}

export interface Marks {
  readonly marks: readonly Mark[];
  readonly pauses: readonly Pause[];
}

/** Closer together than this (percent), checkpoints run into each other. */
const LEAST_DISTANCE = 1.2;

export function marksOf(
  attempt: Attempt,
  events: readonly StoredEvent[],
  { spanMs }: Scale,
  now: number,
): Marks {
  const begin = beginOf(attempt);
  const percent = (at: number): number => Math.min(100, Math.max(0, ((at - begin) / spanMs) * 100));
  const marks: Mark[] = [];
  const pauses: Pause[] = [];
  const end = attempt.endedAt ?? now;
  const pause = (from: number, to: number | null): void => {
    const left = percent(from);
    const until = to ?? now;
    const width = Math.max(0, percent(until) - left);
    pauses.push({ from, to, left, width, durationMs: Math.max(0, until - from) });
  };
  let pausedAt: number | null = null;
  for (const { event, at } of events) {
    if (!('attemptId' in event) || event.attemptId !== attempt.id) continue;
    if (event.type === 'attempt.checkpointed') {
      addCheckpoint(marks, { at, left: percent(at), commit: event.commit });
    } else if (event.type === 'attempt.fenced') {
      marks.push({ kind: 'fenced', at, left: percent(at), commit: null, count: 1 });
    } else if (event.type === 'attempt.work_kept') {
      marks.push({ kind: 'kept', at, left: percent(at), commit: event.commit, count: 1 });
    } else if (event.type === 'attempt.paused') pausedAt ??= at;
    else if (pausedAt !== null && ENDS_PAUSE.has(event.type)) {
      pause(pausedAt, at);
      pausedAt = null;
    }
  }
  if (pausedAt !== null) pause(pausedAt, isAttemptEnd(attempt.state) ? end : null);
  return { marks, pauses };
}

const ENDS_PAUSE: ReadonlySet<string> = new Set(['attempt.resumed', 'attempt.ended']);

function addCheckpoint(
  marks: Mark[],
  { at, left, commit }: { at: number; left: number; commit: string },
): void {
  const before = marks.at(-1);
  const isClose = before?.kind === 'checkpoint' && left - before.left < LEAST_DISTANCE;
  if (!isClose) {
    marks.push({ kind: 'checkpoint', at, left, commit, count: 1 });
    return;
  }
  // It stays where the first of them stood, so that a long row of close ones does not wander together.
  marks[marks.length - 1] = { ...before, at, commit, count: before.count + 1 };
}
