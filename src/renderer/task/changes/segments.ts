/** A line of a diff in pieces of one look: the kind of its words, and whether they are changed. Pure. */
import type { Token, TokenKind } from './syntax.ts';
import type { Range } from './words.ts';

export interface Segment {
  readonly text: string;
  readonly kind: TokenKind;
  readonly isChanged: boolean;
}

/** @param ranges in order, and apart */
export function segmentsOf(tokens: readonly Token[], ranges: readonly Range[]): Segment[] {
  const segments: Segment[] = [];
  let column = 0;
  for (const { kind, text } of tokens) {
    const end = column + text.length;
    let from = column;
    for (const range of ranges) {
      if (range.to <= from || range.from >= end) continue;
      const start = Math.max(range.from, from);
      const stop = Math.min(range.to, end);
      if (start > from)
        segments.push({ text: text.slice(from - column, start - column), kind, isChanged: false });
      segments.push({ text: text.slice(start - column, stop - column), kind, isChanged: true });
      from = stop;
    }
    if (from < end) segments.push({ text: text.slice(from - column), kind, isChanged: false });
    column = end;
  }
  return segments;
}
