import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPlainText } from './plain-text.ts';

const LINK =
  '\u001b]8;;https://example.com\u001b\\the manual\u001b]8;;\u001b\\ and \u001b]0;title\u0007more';
const PRINTED = `\u001b[1;32m✓\u001b[0m step\r\n${LINK}\r\n\u001b(B\u001b7\u001b[?25h\u001bPq#0\u001b\\工房 🛠️\u001b[2K\r\n`;
const TEXT = '✓ step\nthe manual and more\n工房 🛠️\n';

function plain(pieces: readonly string[]): string {
  return pieces.map(createPlainText()).join('');
}

describe('the text of a terminal', () => {
  test('is what it showed, wherever its pieces were cut', () => {
    expect(plain([PRINTED])).toBe(TEXT);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: PRINTED.length })), (cuts) => {
        const ends = [...new Set([0, ...cuts, PRINTED.length])].toSorted((a, b) => a - b);
        const pieces = ends.slice(1).map((end, i) => PRINTED.slice(ends[i], end));
        expect(plain(pieces)).toBe(TEXT);
      }),
    );
  });

  test('keeps what has no sequences, and holds no sequence whatever is printed', () => {
    const sign = fc.constantFrom(
      '\u001b',
      '[',
      ']',
      '\\',
      '8',
      ';',
      'm',
      '\u0007',
      '\u0018',
      '\r',
      '\n',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.string({ unit: sign, maxLength: 30 })), (pieces) => {
        const all = pieces.join('');
        expect(plain(pieces)).toBe(plain([all]));
        expect(plain(pieces)).not.toContain('\u001b');
      }),
    );
    expect(plain(['one\rtwo\n', 'three'])).toBe('one\rtwo\nthree');
  });
});
