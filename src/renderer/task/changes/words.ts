/** Which words of a changed line are new: of lines that stand for each other, the parts that differ. Pure. */
import type { DiffLine, Hunk } from './parse-patch.ts';

/** From a column up to another one, in UTF-16 units. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Longer lines, and larger blocks, are not compared: the whole line is the change. */
const LONGEST = 600;
const LARGEST_BLOCK = 40;
const MOST_CELLS = 40_000;
/** Lines that have a smaller share in common do not stand for each other. */
const LITTLE = 0.35;
const MUCH = 0.5;
/** So many lines on, a partner is looked for. */
const FURTHEST = 8;

/** The changed words of each line of a hunk that has a partner. */
export function changedWords({ lines }: Hunk): ReadonlyMap<DiffLine, readonly Range[]> {
  const found = new Map<DiffLine, readonly Range[]>();
  for (const { removed, added } of blocksOf(lines)) {
    if (removed.length > LARGEST_BLOCK || added.length > LARGEST_BLOCK) continue;
    let next = 0;
    for (const [index, before] of removed.entries()) {
      // In blocks of one size, each line has its own partner; else it is the next one that is much like it.
      const isEven = removed.length === added.length;
      const last = isEven ? index + 1 : Math.min(added.length, next + FURTHEST);
      for (let at = isEven ? index : next; at < last; at++) {
        const after = added[at];
        const ranges = after && compareWords(before.text, after.text, isEven ? LITTLE : MUCH);
        if (!after || !ranges) continue;
        found.set(before, ranges.before);
        found.set(after, ranges.after);
        next = at + 1;
        break;
      }
    }
  }
  return found;
}

interface Block {
  readonly removed: DiffLine[];
  readonly added: DiffLine[];
}

function blocksOf(lines: readonly DiffLine[]): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const line of lines) {
    if (line.kind === 'context') open = null;
    else if (line.kind === 'removed') {
      if (!open || open.added.length > 0) blocks.push((open = { removed: [], added: [] }));
      open.removed.push(line);
    } else {
      if (!open) blocks.push((open = { removed: [], added: [] }));
      open.added.push(line);
    }
  }
  return blocks;
}

/** `null`: they have too little in common, or are too long to compare. */
export function compareWords(
  before: string,
  after: string,
  leastCommon: number = LITTLE,
): { before: Range[]; after: Range[] } | null {
  if (before.length > LONGEST || after.length > LONGEST || before === after) return null;
  const [a, b] = [wordsIn(before), wordsIn(after)];
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail))
    tail += 1;
  const [midA, midB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if ((midA.length + 1) * (midB.length + 1) > MOST_CELLS) return null;
  const kept = common(midA, midB);
  const sameA = [...fill(head), ...kept.a, ...fill(tail)];
  const sameB = [...fill(head), ...kept.b, ...fill(tail)];
  const size = a.reduce((sum, word, n) => sum + (sameA[n] ? word.trim().length : 0), 0);
  const whole = Math.max(before.trim().length, after.trim().length, 1);
  if (size / whole < leastCommon) return null;
  return { before: rangesOf(a, sameA), after: rangesOf(b, sameB) };
}

function fill(count: number): boolean[] {
  return Array.from({ length: count }, () => true);
}

function wordsIn(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** Which words of each are in their longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): { a: boolean[]; b: boolean[] } {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const down = lengths[(i + 1) * width + j] ?? 0;
      const right = lengths[i * width + j + 1] ?? 0;
      const both = (lengths[(i + 1) * width + j + 1] ?? 0) + 1;
      lengths[i * width + j] = a[i] === b[j] ? both : Math.max(down, right);
    }
  }
  const [inA, inB] = [a.map(() => false), b.map(() => false)];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      inA[i] = true;
      inB[j] = true;
      i += 1;
      j += 1;
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return { a: inA, b: inB };
}

function rangesOf(words: readonly string[], isSame: readonly boolean[]): Range[] {
  const ranges: { from: number; to: number }[] = [];
  let column = 0;
  for (const [index, word] of words.entries()) {
    const end = column + word.length;
    if (!isSame[index]) {
      const last = ranges.at(-1);
      if (last?.to === column) last.to = end;
      else ranges.push({ from: column, to: end });
    }
    column = end;
  }
  return ranges;
}
