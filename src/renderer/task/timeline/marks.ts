/**
 * What happened to an attempt besides its phases: checkpoints, times in which it stood still, and what came after its end.
 * From the events of the open task. Pure.
 */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { spanOf } from './bars.ts';
import type { WorkshopStop } from './stops.ts';
import { percent, type Span } from './zoom.ts';

export type MarkKind = 'checkpoint' | 'fenced' | 'kept' | 'ended';

export interface Mark {
  readonly kind: MarkKind;
  /** Epoch ms; of several drawn as one, that of the last. */
  readonly at: number;
  readonly commit: string | null;
  /** How many are drawn as this one. */
  readonly count: number;
}

export interface Pause {
  /** It could not hear the coordinator, a person had taken over, or the whole workshop was stopped. */
  readonly why: 'paused' | 'taken_over' | 'stopped';
  /** Of a stop: who stopped, and what was said about it. */
  readonly by?: string;
  readonly reason?: string;
  readonly span: Span;
  /** It lasts. */
  readonly isOpen: boolean;
}

export interface Marks {
  readonly marks: readonly Mark[];
  readonly pauses: readonly Pause[];
}

const ENDS: Readonly<Record<string, readonly Pause['why'][]>> = {
  'attempt.resumed': ['paused'],
  'attempt.handed_back': ['taken_over'],
  'attempt.ended': ['paused', 'taken_over'],
};

/** @param stops of the whole workshop, which are no events of the attempt */
export function marksOf(
  attempt: Attempt,
  events: readonly StoredEvent[],
  now: number,
  stops: readonly WorkshopStop[] = [],
): Marks {
  const marks: Mark[] = [];
  const pauses: Pause[] = [];
  const since = new Map<Pause['why'], number>();
  const end = (why: Pause['why'], until: number, isOpen: boolean): void => {
    const from = since.get(why);
    since.delete(why);
    if (from === undefined) return;
    pauses.push({ why, span: { from, until: Math.max(from, until) }, isOpen });
  };
  for (const { event, at } of events) {
    if (!('attemptId' in event) || event.attemptId !== attempt.id) continue;
    if (event.type === 'attempt.paused' && !since.has('paused')) since.set('paused', at);
    if (event.type === 'attempt.taken_over' && !since.has('taken_over'))
      since.set('taken_over', at);
    for (const why of ENDS[event.type] ?? []) end(why, at, false);
    const mark = (kind: MarkKind, commit: string | null): unknown =>
      marks.push({ kind, at, commit, count: 1 });
    if (event.type === 'attempt.checkpointed') mark('checkpoint', event.commit);
    if (event.type === 'attempt.fenced') mark('fenced', null);
    if (event.type === 'attempt.work_kept') mark('kept', event.commit);
    if (event.type === 'attempt.ended') mark('ended', null);
  }
  for (const why of since.keys()) end(why, attempt.endedAt ?? now, attempt.endedAt === null);
  return { marks, pauses: [...pauses, ...pausesOf(stops, spanOf(attempt, now))] };
}

/** The parts of stops that lie in a time. */
export function pausesOf(stops: readonly WorkshopStop[], during: Span): Pause[] {
  return stops.flatMap(({ span, by, reason, isOpen }) => {
    const from = Math.max(span.from, during.from);
    const until = Math.min(span.until, during.until);
    if (until < from || (until === from && !isOpen)) return [];
    const lasts = isOpen && until === span.until;
    return [{ why: 'stopped', by, reason, span: { from, until }, isOpen: lasts }];
  });
}

/** The marks that are seen; checkpoints closer together than `leastPx` are one. */
export function joinedMarks(
  marks: readonly Mark[],
  view: Span,
  widthPx: number,
  leastPx: number,
): Mark[] {
  const joined: Mark[] = [];
  /** Where the first of those that are one stands: a long row of close ones must not wander together. */
  let stands = -Infinity;
  for (const mark of marks) {
    const share = percent(mark.at, view);
    if (share < 0 || share > 100) continue;
    const px = (share / 100) * widthPx;
    const last = joined.at(-1);
    const isOne =
      last?.kind === 'checkpoint' && mark.kind === 'checkpoint' && px - stands < leastPx;
    if (isOne) joined[joined.length - 1] = { ...mark, count: last.count + mark.count };
    else {
      joined.push(mark);
      stands = px;
    }
  }
  return joined;
}
