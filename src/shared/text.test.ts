/** What people may type, and what becomes of it in branch names. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { line, paragraphs, slugOf } from './text.ts';

describe('slugOf', () => {
  it.each([
    ['Fix the total!', 'fix-the-total'],
    ['  Ärger mit Größe  ', 'arger-mit-gro-e'],
    ['ﬁx № 5', 'fix-no-5'],
    ['日本語', ''],
    ['--../..\\--', ''],
    ['A'.repeat(50), 'a'.repeat(40)],
    [`${'a'.repeat(39)}!b`, 'a'.repeat(39)],
  ])('makes %j into %j', (title, slug) => {
    expect(slugOf(title)).toBe(slug);
  });

  it('is always part of a legal branch and file name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (title, max) => {
          const slug = slugOf(title, max);
          expect(slug).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
          expect(slug.length).toBeLessThanOrEqual(max);
        },
      ),
    );
  });
});

describe('line', () => {
  it.each([
    ['an escape sequence', 'a\u001b[31mb'],
    ['a C1 control', 'a\u009bb'],
    ['a tab', 'a\tb'],
    ['a line feed', 'a\nb'],
    ['a null', 'a\u0000b'],
    ['a bidirectional override', 'a\u202eb'],
    ['a bidirectional isolate', 'a\u2067b'],
    ['nothing', ''],
    ['spaces only', '   '],
    ['too much', 'a'.repeat(11)],
  ])('refuses %s', (_, text) => {
    expect(line(10).safeParse(text).success).toBe(false);
  });

  it('takes visible text of any script, trimmed', () => {
    expect(line(20).parse('  工房 café 🛠  ')).toBe('工房 café 🛠');
  });
});

describe('paragraphs', () => {
  it('keeps lines and tabs, and makes line feeds of carriage returns', () => {
    expect(paragraphs(20).parse('a\r\n\tb\n')).toBe('a\n\tb\n');
  });

  it('refuses control characters and what is too long', () => {
    expect(paragraphs(20).safeParse('a\u001b]0;x\u0007').success).toBe(false);
    expect(paragraphs(20).safeParse('a\rb').success).toBe(false);
    expect(paragraphs(3).safeParse('abcd').success).toBe(false);
  });
});
