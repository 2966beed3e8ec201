/** Unchanged lines of a file that a person had shown, laid into the hunks of its diff. Pure. */
import type { DiffFile, FileLines } from '../../../shared/contract-review.ts';
import type { DiffLine, Hunk } from './parse-patch.ts';

export interface Opened {
  /** By their numbers after the change. */
  readonly lines: ReadonlyMap<number, string>;
  /** Number of the file's last line; `null`: not known yet. */
  readonly last: number | null;
}

export const NOTHING_OPENED: Opened = { lines: new Map(), last: null };

/** Unchanged lines that git shows around a change. */
const CONTEXT = 3;

/** With an answer to what was asked for from line `from` on. */
export function withLines(before: Opened, from: number, { lines, isEnd }: FileLines): Opened {
  const read = lines.map((text, index): [number, string] => [from + index, withoutReturn(text)]);
  return {
    lines: new Map([...before.lines, ...read]),
    last: isEnd ? from + lines.length - 1 : before.last,
  };
}

/** The hunks with what was opened next to them; a hunk to which nothing comes stays the same object. */
export function grown(hunks: readonly Hunk[], opened: Opened): readonly Hunk[] {
  if (opened.lines.size === 0) return hunks;
  const result: Hunk[] = [];
  let above = { before: 1, after: 1 };
  for (const [index, hunk] of hunks.entries()) {
    const previous = result.pop();
    const head: DiffLine[] = [];
    let { firstBefore, firstAfter } = hunk;
    for (;;) {
      const text = firstAfter > above.after ? opened.lines.get(firstAfter - 1) : undefined;
      if (text === undefined) break;
      firstBefore -= 1;
      firstAfter -= 1;
      head.unshift(contextLine(firstBefore, firstAfter, text));
    }
    if (previous) result.push(withTail(previous, opened, firstAfter));
    const lines = head.length === 0 ? hunk.lines : [...head, ...hunk.lines];
    const isLast = index === hunks.length - 1;
    // The words of its head say what stood above it, which is shown now or is another.
    const own = head.length === 0 ? hunk : { heading: '', firstBefore, firstAfter, lines };
    result.push(isLast ? withTail(own, opened, Infinity) : own);
    above = behind(own);
  }
  return result;
}

/** Number of the first line after the last hunk that is not shown; `null`: there is none, or it cannot be told. */
export function restFrom(file: DiffFile, hunks: readonly Hunk[], { last }: Opened): number | null {
  const hunk = hunks.at(-1);
  // Of a patch that is cut, the lines behind it may be changed.
  if (!hunk || file.truncated || file.status === 'deleted') return null;
  const { after } = behind(hunk);
  if (last !== null) return after <= last ? after : null;
  // With less around it, the change is at the end of the file.
  const tail = hunk.lines.slice(-CONTEXT);
  const isWhole = tail.length === CONTEXT && tail.every(({ kind }) => kind === 'context');
  return isWhole && !tail.some(({ isUnended }) => isUnended) ? after : null;
}

/** The numbers of the line behind a hunk. */
function behind({ lines, firstBefore, firstAfter }: Hunk): { before: number; after: number } {
  let [before, after] = [firstBefore, firstAfter];
  for (const { kind } of lines) {
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') after += 1;
  }
  return { before, after };
}

/** With what was opened behind it, up to the line where the next hunk begins. */
function withTail(hunk: Hunk, { lines: opened }: Opened, until: number): Hunk {
  const tail: DiffLine[] = [];
  let { before, after } = behind(hunk);
  for (; after < until; before += 1, after += 1) {
    const text = opened.get(after);
    if (text === undefined) break;
    tail.push(contextLine(before, after, text));
  }
  return tail.length === 0 ? hunk : { ...hunk, lines: [...hunk.lines, ...tail] };
}

function contextLine(before: number, after: number, text: string): DiffLine {
  return { kind: 'context', before, after, text, isUnended: false };
}

/** As the lines of a patch. */
function withoutReturn(text: string): string {
  return text.replace(/\r$/, '');
}
