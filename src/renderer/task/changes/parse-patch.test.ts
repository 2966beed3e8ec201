import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairLines, parsePatch, type DiffLine } from './parse-patch.ts';

const PATCH = `diff --git a/x b/x
--- a/x
+++ b/x
@@ -3,4 +3,5 @@ function total() {
 a
-b
+B
+C
 d
\\ No newline at end of file
@@ -20 +21 @@
-- list item
+++ more
`;

describe('a patch', () => {
  it('becomes lines with their numbers on both sides', () => {
    const [first] = parsePatch(PATCH);
    expect(first?.heading).toBe('function total() {');
    expect(
      first?.lines.map(({ kind, before, after, text }) => [kind, before, after, text]),
    ).toEqual([
      ['context', 3, 3, 'a'],
      ['removed', 4, null, 'b'],
      ['added', null, 4, 'B'],
      ['added', null, 5, 'C'],
      ['context', 5, 6, 'd'],
    ]);
  });

  it('knows a file that does not end with a line break', () => {
    expect(parsePatch(PATCH)[0]?.lines.at(-1)?.isUnended).toBe(true);
  });

  it('takes no line for a header that only looks like one', () => {
    expect(parsePatch(PATCH)[1]?.lines.map(({ kind, text }) => [kind, text])).toEqual([
      ['removed', '- list item'],
      ['added', '++ more'],
    ]);
  });

  it('may be empty, or cut off in the middle', () => {
    expect(parsePatch('')).toEqual([]);
    expect(parsePatch('@@ -1,9 +1,9 @@\n a\n-b')[0]?.lines).toHaveLength(2);
  });
});

describe('side by side', () => {
  const kinds = fc.array(fc.constantFrom('context', 'added', 'removed'));

  it('has every line once on its side, in order', () => {
    fc.assert(
      fc.property(kinds, (list) => {
        const lines = list.map((kind, index): DiffLine => ({
          kind,
          before: index,
          after: index,
          text: String(index),
          isUnended: false,
        }));
        const pairs = pairLines(lines);
        const left = pairs.flatMap((pair) => pair.left ?? []);
        const right = pairs.flatMap((pair) => pair.right ?? []);
        expect(left).toEqual(lines.filter(({ kind }) => kind !== 'added'));
        expect(right).toEqual(lines.filter(({ kind }) => kind !== 'removed'));
      }),
    );
  });

  it('puts what came beside what it replaced', () => {
    const [first] = parsePatch(PATCH);
    const pairs = pairLines(first?.lines ?? []).map(({ left, right }) => [left?.text, right?.text]);
    expect(pairs).toEqual([
      ['a', 'a'],
      ['b', 'B'],
      [undefined, 'C'],
      ['d', 'd'],
    ]);
  });
});
