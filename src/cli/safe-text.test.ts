/** Whatever a stranger wrote, the terminal shows it and obeys nothing but colours. */
import { array, assert, constantFrom, nat, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { safeLine, safeStream, safeText } from './safe-text.ts';

const ATTACKS: [string, string, string][] = [
  ['clears the screen', 'a\u001b[2Jb', 'ab'],
  ['sets the title', 'a\u001b]0;owned\u0007b', 'ab'],
  ['fills the clipboard', 'a\u001b]52;c;ZXZpbA==\u001b\\b', 'ab'],
  ['asks for an answer', 'a\u001b[6nb\u001bPq\u001b\\c', 'abc'],
  ['overwrites the line', 'a\rb\bc', 'a\rbc'],
  ['uses 8-bit controls', 'a\u009b2Jb', 'a2Jb'],
  ['switches the character set', 'a\u001b(0b', 'ab'],
  ['resets the terminal', 'a\u001bcb', 'ab'],
];

test.each(ATTACKS)('text that %s', (_, text, expected) => {
  expect(safeText(text, true)).toBe(expected);
});

test('colours stay where they are shown', () => {
  expect(safeText('\u001b[1;31mred\u001b[0m', true)).toBe('\u001b[1;31mred\u001b[0m');
  expect(safeText('\u001b[1;31mred\u001b[0m', false)).toBe('red');
});

test('a line stays one line', () => {
  expect(safeLine(' first\n\nsecond\u001b[A ')).toBe('first ⏎ second');
});

test('it does not matter how a stream is cut', () => {
  const piece = oneof(
    constantFrom(...ATTACKS.map(([, text]) => text), '\u001b[32m', '\u001b[0m', '\n', '\t'),
    string({ unit: 'grapheme', maxLength: 8 }),
  );
  assert(
    property(array(piece, { maxLength: 12 }), array(nat(200), { maxLength: 6 }), (pieces, cuts) => {
      const text = `${pieces.join('')}end`;
      const clean = safeStream(true);
      const places = [
        ...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length]),
      ].toSorted((a, b) => a - b);
      const streamed = places
        .slice(1)
        .map((end, i) => clean(text.slice(places[i], end)))
        .join('');
      // A carriage return and its line feed may come apart; both then stand.
      expect(streamed.replaceAll('\r\n', '\n')).toBe(safeText(text, true));
    }),
  );
});
