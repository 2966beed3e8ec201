/** What of a line is drawn as changed, and in which colours. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePatch } from './parse-patch.ts';
import { segmentsOf } from './segments.ts';
import { languageOf, tokensOf } from './syntax.ts';
import { changedWords, compareWords, type Range } from './words.ts';

const cutOut = (text: string, ranges: readonly Range[]): string[] =>
  ranges.map(({ from, to }) => text.slice(from, to));
const without = (text: string, ranges: readonly Range[]): string =>
  ranges.reduceRight((left, { from, to }) => left.slice(0, from) + left.slice(to), text);

describe('changed words', () => {
  it('are those that differ', () => {
    const [before, after] = ['const sum = a + b;', 'const total = a + b + c;'];
    const ranges = compareWords(before, after);
    expect(cutOut(before, ranges?.before ?? [])).toEqual(['sum']);
    expect(cutOut(after, ranges?.after ?? [])).toEqual(['total', ' + c']);
  });

  it('are not told where lines have nothing in common', () => {
    expect(compareWords('return price * quantity;', 'import fs from "node:fs"')).toBeNull();
  });

  it('leave the same text on both sides when they are taken out', () => {
    const line = fc.array(fc.constantFrom('a', 'bb', ' ', '+', '(', '工房', '🛠️'), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(line, line, (a, b) => {
        const [before, after] = [a.join(''), b.join('')];
        const ranges = compareWords(before, after);
        if (!ranges) return;
        expect(without(before, ranges.before)).toBe(without(after, ranges.after));
      }),
    );
  });

  it('are found between lines that stand for each other', () => {
    const [hunk] = parsePatch(
      '@@ -1,2 +1,2 @@\n-let a = 1;\n-let b = 1;\n+let a = 2;\n+let b = 1.5;\n',
    );
    if (!hunk) throw new Error('no hunk');
    const words = changedWords(hunk);
    expect(hunk.lines.map((line) => cutOut(line.text, words.get(line) ?? []))).toEqual([
      ['1'],
      [],
      ['2'],
      ['.5'],
    ]);
  });
});

it('a line finds its partner behind lines that came before it', () => {
  const [hunk] = parsePatch(
    '@@ -1 +1,2 @@\n-  sum += round(price);\n+  // Once.\n+  sum += price;\n',
  );
  const words = hunk && changedWords(hunk);
  expect(hunk?.lines.map((line) => cutOut(line.text, words?.get(line) ?? []))).toEqual([
    ['round(', ')'],
    [],
    [],
  ]);
});

describe('colours', () => {
  const ts = languageOf('src/total.ts');

  it('tell keywords, strings, numbers and comments apart', () => {
    const tokens = tokensOf("return sum('a // b', 4); // twice", ts);
    expect(tokens.filter(({ kind }) => kind !== 'plain')).toEqual([
      { kind: 'keyword', text: 'return' },
      { kind: 'string', text: "'a // b'" },
      { kind: 'number', text: '4' },
      { kind: 'comment', text: '// twice' },
    ]);
    expect(tokensOf('a * b', ts)).toEqual([{ kind: 'plain', text: 'a * b' }]);
    expect(tokensOf(' * of a comment', ts).at(-1)?.kind).toBe('comment');
    expect(languageOf('notes.txt')).toBeNull();
  });

  it('never lose a character, whatever the line and the changes in it', () => {
    const range = fc
      .tuple(fc.nat(40), fc.nat(10))
      .map(([from, size]) => ({ from, to: from + size + 1 }));
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.array(range, { maxLength: 3 }),
        (line, found) => {
          let end = 0;
          const ranges = found
            .toSorted((a, b) => a.from - b.from)
            .filter((one) => one.from >= end && (end = one.to));
          const tokens = tokensOf(line, ts);
          expect(tokens.map(({ text }) => text).join('')).toBe(line);
          expect(
            segmentsOf(tokens, ranges)
              .map(({ text }) => text)
              .join(''),
          ).toBe(line);
        },
      ),
    );
  });
});
