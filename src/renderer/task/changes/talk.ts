/** What was said about lines of a change, laid to the lines that are shown. Pure. */
import type { Feedback, Task } from '../../../shared/domain/task.ts';
import type { ReviewComment } from '../../../shared/domain/review-comment.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { DiffLine, Hunk } from './parse-patch.ts';

export type Side = ReviewComment['side'];

/** A comment that is shown: of a person's draft, or said about an attempt. */
export interface Talk {
  readonly key: string;
  readonly comment: ReviewComment;
  /** `null`: of the draft, which can still be changed. */
  readonly said: Pick<Feedback, 'by' | 'at' | 'attemptId'> | null;
}

export function lineKey(side: Side, line: number): string {
  return `${side} ${line}`;
}

/** Where a comment about a line goes: a removed line stands before the change, all others after it. */
export function placeOf(line: DiffLine): { side: Side; line: number } | null {
  if (line.kind === 'removed') {
    return line.before === null ? null : { side: 'before', line: line.before };
  }
  return line.after === null ? null : { side: 'after', line: line.after };
}

/** All that was said about lines of a task's changes, oldest first. */
export function talkOf({ feedback }: Pick<Task, 'feedback'>): Talk[] {
  return feedback.flatMap(({ comments = [], by, at, attemptId }) =>
    comments.map((comment, index) => ({
      key: `${at} ${index}`,
      comment,
      said: { by, at, attemptId },
    })),
  );
}

export interface PlacedTalk {
  /** By `lineKey`. */
  readonly at: ReadonlyMap<string, readonly Talk[]>;
  /** About lines that the diff does not show. */
  readonly elsewhere: readonly Talk[];
}

/**
 * @param talk about one file
 * @param shown the attempt whose change is shown: what was said about another one is found by the words of its line
 */
export function placeTalk(
  hunks: readonly Hunk[],
  talk: readonly Talk[],
  shown: AttemptId,
): PlacedTalk {
  const lines = hunks.flatMap((hunk) => hunk.lines);
  const at = new Map<string, Talk[]>();
  const elsewhere: Talk[] = [];
  for (const one of talk) {
    const isOwn = one.said === null || one.said.attemptId === shown;
    const line = find(lines, one.comment, isOwn);
    const place = line && placeOf(line);
    if (!place) {
      elsewhere.push(one);
      continue;
    }
    const key = lineKey(place.side, place.line);
    at.set(key, [...(at.get(key) ?? []), one]);
  }
  return { at, elsewhere };
}

function find(
  lines: readonly DiffLine[],
  { line: wanted, side, quote }: ReviewComment,
  isOwn: boolean,
): DiffLine | undefined {
  const numberOf = (line: DiffLine): number | null =>
    side === 'before' ? line.before : line.after;
  const exact = lines.find((line) => numberOf(line) === wanted && placeOf(line)?.side === side);
  if (isOwn || quote === undefined || quote.trim() === '') return exact;
  const same = lines.filter((line) => line.text.trim().startsWith(quote.trim()));
  // What was said about a line that is gone now stands where it was taken away.
  const [nearest] = same.toSorted((a, b) => distance(a, wanted) - distance(b, wanted));
  return nearest;
}

function distance({ before, after }: DiffLine, wanted: number): number {
  return Math.abs((after ?? before ?? 0) - wanted);
}
