/** The part of the time that a chart shows, and how it is moved and zoomed. Pure. */

/** Epoch ms; `until` lies behind `from`. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Closer, nothing more is to be seen. */
const LEAST_MS = 20;
/** Room at both ends, as a share of the whole. */
const MARGIN = 0.02;

export function lengthOf({ from, until }: Span): number {
  return until - from;
}

/** All of a span with a little room. */
export function fit({ from, until }: Span): Span {
  const margin = Math.max(LEAST_MS, lengthOf({ from, until })) * MARGIN;
  return { from: from - margin, until: Math.max(until, from + LEAST_MS) + margin };
}

/** @param factor below 1: closer  @param anchor the time that stays where it is */
export function zoom(view: Span, whole: Span, factor: number, anchor: number): Span {
  const most = lengthOf(fit(whole));
  const length = Math.min(most, Math.max(LEAST_MS, lengthOf(view) * factor));
  const share = (anchor - view.from) / lengthOf(view);
  const from = anchor - share * length;
  return within({ from, until: from + length }, whole);
}

export function pan(view: Span, whole: Span, ms: number): Span {
  return within({ from: view.from + ms, until: view.until + ms }, whole);
}

/** The view with a time in it, moved no more than is needed. */
export function reveal(view: Span, whole: Span, at: number): Span {
  const room = lengthOf(view) * 0.1;
  if (at < view.from + room) return pan(view, whole, at - room - view.from);
  if (at > view.until - room) return pan(view, whole, at + room - view.until);
  return view;
}

/** A span from one time to another, in whatever order, at least as long as can be shown. */
export function between(a: number, b: number, whole: Span): Span {
  const [from, until] = [Math.min(a, b), Math.max(a, b)];
  const lack = Math.max(0, LEAST_MS - (until - from)) / 2;
  return within({ from: from - lack, until: until + lack }, whole);
}

/** Where a time lies in a view, in percent; outside of it less than 0 or more than 100. */
export function percent(at: number, view: Span): number {
  return ((at - view.from) / lengthOf(view)) * 100;
}

export function timeAt(share: number, view: Span): number {
  return view.from + share * lengthOf(view);
}

/** Moved, and where that is not enough cut, so that it shows nothing beyond the whole. */
function within(view: Span, whole: Span): Span {
  const all = fit(whole);
  const length = Math.min(lengthOf(view), lengthOf(all));
  const from = Math.min(Math.max(view.from, all.from), all.until - length);
  return { from, until: from + length };
}
