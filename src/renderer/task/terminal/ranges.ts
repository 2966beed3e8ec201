/** Which part of a recording a terminal holds: a window on it, moved as one scrolls. Pure. */

/** Bytes from `from` up to, not including, `until`. */
export interface ByteRange {
  readonly from: number;
  readonly until: number;
}

/** A larger recording is not read from its beginning to show its end. */
export const TAIL_BYTES = 1024 * 1024;
/** What stands before a moment, to scroll back to. */
export const BEFORE_BYTES = 512 * 1024;
/** What is held at most of the past: about as many lines as a terminal keeps. */
export const WINDOW_BYTES = 1024 * 1024;
const STEP_BYTES = WINDOW_BYTES / 2;

export function tailFrom(end: number): number {
  return end <= TAIL_BYTES ? 0 : end - TAIL_BYTES;
}

/** What is shown of the time before an offset. */
export function rangeBefore(offset: number): ByteRange {
  return { from: Math.max(0, offset - BEFORE_BYTES), until: offset };
}

/** The window a step further back from the first byte that is held; `null`: that is the first of all. */
export function olderThan(first: number, end: number): ByteRange | null {
  if (first <= 0) return null;
  const from = Math.max(0, first - STEP_BYTES);
  return { from, until: Math.min(end, from + WINDOW_BYTES) };
}

/** The window a step further on; `null`: what follows is the end, which is shown as it grows. */
export function newerThan(until: number, end: number): ByteRange | null {
  const from = Math.max(0, until - STEP_BYTES);
  return from + WINDOW_BYTES >= end ? null : { from, until: from + WINDOW_BYTES };
}

/** Where output may begin to be shown: behind the first line end, unless that is far. @returns bytes to leave out */
export function untilLineStart(bytes: Uint8Array): number {
  const lineFeed = bytes.subarray(0, LONGEST_LINE).indexOf(0x0a);
  return lineFeed < 0 ? 0 : lineFeed + 1;
}

const LONGEST_LINE = 16 * 1024;
