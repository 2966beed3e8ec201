/**
 * Long texts are read in slices: a generator that yields whenever it has looked at about so much, so that whoever runs it may
 * let others work in between. Pure.
 */

/** `yield` says: enough for once. */
export type Sliced<T = void> = Generator<undefined, T>;

/** Characters looked at in one go; a line that is longer is looked at as a whole. */
export const SLICE = 16_384;
/** Things made of them in one go, where each is bounded by itself. */
const FEW = 100;

/** Lines of a text, some at a time. */
export interface Lines {
  /** How many were before them. */
  readonly before: number;
  readonly lines: readonly string[];
}

export function* linesOf(text: string): Generator<Lines> {
  const breaks = /\r\n|\n|\r/g;
  let [at, before] = [0, 0];
  for (;;) {
    const from = at + SLICE;
    // Not in the midst of a break.
    breaks.lastIndex = text.startsWith('\r\n', from - 1) ? from - 1 : from;
    const found = from < text.length ? breaks.exec(text) : null;
    const lines = text.slice(at, found?.index).split(/\r\n|\n|\r/);
    yield { before, lines };
    if (!found) return;
    at = found.index + found[0].length;
    before += lines.length;
  }
}

/** Runs it to its end without a rest. */
export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Runs it, and lets others work between slices. */
export async function inSlices<T>(work: Sliced<T>, pause: () => Promise<unknown>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

/** Like `Array.map`, some at a time. */
export function* mapSliced<T, R>(all: readonly T[], make: (one: T) => R): Sliced<R[]> {
  const made: R[] = [];
  for (const one of all) {
    made.push(make(one));
    if (made.length % FEW === 0) yield;
  }
  return made;
}
