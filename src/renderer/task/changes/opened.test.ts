import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiffFile } from '../../../shared/contract-review.ts';
import { grown, NOTHING_OPENED, restFrom, withLines, type Opened } from './opened.ts';
import type { DiffLine, Hunk, LineKind } from './parse-patch.ts';

const FILE: DiffFile = {
  path: 'a.txt',
  oldPath: null,
  status: 'modified',
  insertions: 1,
  deletions: 1,
  binary: false,
  patch: '',
  truncated: false,
};

/** A whole file as a diff with all of its lines. */
function wholeOf(kinds: readonly LineKind[]): DiffLine[] {
  let [before, after] = [0, 0];
  return kinds.map((kind) => {
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') after += 1;
    return {
      kind,
      before: kind === 'added' ? null : before,
      after: kind === 'removed' ? null : after,
      text: kind === 'removed' ? `was ${before}` : `line ${after}`,
      isUnended: false,
    };
  });
}

/** What git shows of it: changed lines with three around them. */
function hunksOf(whole: readonly DiffLine[]): Hunk[] {
  const hunks: { lines: DiffLine[]; firstBefore: number; firstAfter: number; heading: string }[] =
    [];
  let [before, after, last] = [1, 1, -2];
  for (const [index, line] of whole.entries()) {
    const near = whole.slice(Math.max(0, index - 3), index + 4);
    if (near.some(({ kind }) => kind !== 'context')) {
      if (last !== index - 1) {
        hunks.push({ lines: [], firstBefore: before, firstAfter: after, heading: '' });
      }
      hunks.at(-1)?.lines.push(line);
      last = index;
    }
    if (line.kind !== 'added') before += 1;
    if (line.kind !== 'removed') after += 1;
  }
  return hunks;
}

/** As the coordinator answers. */
function read(whole: readonly DiffLine[], from: number, count: number) {
  const lines = whole.flatMap(({ after, text }) => (after === null ? [] : [text]));
  const end = from - 1 + count;
  return { lines: lines.slice(from - 1, end), isEnd: end >= lines.length };
}

const kinds = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<LineKind>('context') },
    { weight: 1, arbitrary: fc.constantFrom<LineKind>('added', 'removed') },
  ),
  { minLength: 1, maxLength: 200 },
);

describe('lines that a diff leaves out', () => {
  it('join the hunks they stand next to, each with its numbers, whatever is opened in whatever order', () => {
    const ranges = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })),
    );
    fc.assert(
      fc.property(kinds, ranges, (list, asked) => {
        const whole = wholeOf(list);
        const hunks = hunksOf(whole);
        let opened: Opened = NOTHING_OPENED;
        for (const [from, count] of asked) {
          opened = withLines(opened, from, read(whole, from, count));
        }
        const shown = grown(hunks, opened).flatMap(({ lines }) => lines);
        // Lines of the file, each once and in order, and no changed one lost.
        const places = shown.map((line) => whole.findIndex((other) => sameAs(line, other)));
        expect(places).not.toContain(-1);
        expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
        expect(shown.filter(({ kind }) => kind !== 'context')).toEqual(
          whole.filter(({ kind }) => kind !== 'context'),
        );
        if (hunks.length === 0) return;
        const all = withLines(NOTHING_OPENED, 1, read(whole, 1, 1_000));
        const complete = grown(hunks, all);
        expect(complete.flatMap(({ lines }) => lines)).toEqual(whole);
        expect(restFrom(FILE, complete, all)).toBeNull();
        for (const { firstBefore, firstAfter, lines } of complete) {
          const [first] = lines;
          expect([first?.before ?? firstBefore, first?.after ?? firstAfter]).toEqual([
            firstBefore,
            firstAfter,
          ]);
        }
      }),
    );
  });

  it('may follow the last hunk, unless the change is at the end of the file', () => {
    const context = (count: number): LineKind[] => Array.from({ length: count }, () => 'context');
    const rest = (list: LineKind[], opened = NOTHING_OPENED, file = FILE) => {
      const whole = wholeOf(list);
      return restFrom(file, grown(hunksOf(whole), opened), opened);
    };
    const list: LineKind[] = ['added', ...context(9)];
    expect(rest(list)).toBe(5);
    expect(rest(['added', ...context(2)])).toBeNull();
    expect(rest(list, NOTHING_OPENED, { ...FILE, truncated: true })).toBeNull();
    const some = withLines(NOTHING_OPENED, 5, read(wholeOf(list), 5, 3));
    expect(rest(list, some)).toBe(8);
    const all = withLines(some, 8, read(wholeOf(list), 8, 20));
    expect(rest(list, all)).toBeNull();
    // Where the file ends may be known before its last line is.
    const butOne = withLines(some, 8, read(wholeOf(list), 8, 2));
    expect(rest(list, withLines(butOne, 11, read(wholeOf(list), 11, 5)))).toBe(10);
    // There was nothing behind the three lines that git showed.
    const none = withLines(NOTHING_OPENED, 5, { lines: [], isEnd: true });
    expect(rest(['added', ...context(3)], none)).toBeNull();
  });

  it('leave hunks alone that nothing stands next to', () => {
    const hunks = hunksOf(
      wholeOf(['added', ...Array.from({ length: 30 }, (): LineKind => 'context')]),
    );
    const far = withLines(NOTHING_OPENED, 20, { lines: ['x'], isEnd: false });
    expect(grown(hunks, far)[0]).toBe(hunks[0]);
  });
});

function sameAs(a: DiffLine, b: DiffLine): boolean {
  return a.kind === b.kind && a.before === b.before && a.after === b.after && a.text === b.text;
}
