import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_MODES, readModes, sequenceOf, type Modes } from './modes.ts';

const [ALTERNATE, HIDDEN, NO_WRAP] = ['\u001b[?1049h', '\u001b[?25l', '\u001b[?7l'];

function after(...pieces: readonly string[]): Modes {
  const reader = readModes(NO_MODES);
  for (const piece of pieces) reader.take(Buffer.from(piece));
  return reader.modes;
}

describe('the modes of a terminal', () => {
  test('are those that were set last', () => {
    expect(sequenceOf(after('plain \u001b[31mred\u001b[0m'))).toBe('');
    expect(sequenceOf(after(`${ALTERNATE}x${HIDDEN}y${NO_WRAP}`))).toBe(
      ALTERNATE + HIDDEN + NO_WRAP,
    );
    expect(sequenceOf(after('\u001b[?1;1049;2004h\u001b[?25;2026l\u001b[?25h'))).toBe(ALTERNATE);
    expect(after(ALTERNATE, '\u001b[?1049l')).toBe(NO_MODES);
    expect(after(ALTERNATE, HIDDEN, '\u001bc')).toBe(NO_MODES);
    expect(sequenceOf(after(ALTERNATE, HIDDEN, '\u001b[!p'))).toBe(ALTERNATE);
  });

  test('are the same wherever the bytes were cut, and what sets them sets no others', () => {
    const part = fc.constantFrom(
      ...[ALTERNATE, HIDDEN, NO_WRAP, '\u001b[?1049l', '\u001b[?25h', '\u001bc', '\u001b[!p'],
      ...['\u001b[1m', 'text', '[?25', '\u001b', '\u001b[?'],
    );
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat({ max: 120 })), (parts, cuts) => {
        const all = parts.join('');
        const ends = [...new Set([0, ...cuts, all.length])].toSorted((a, b) => a - b);
        const modes = after(all);
        expect(after(...ends.slice(1).map((end, i) => all.slice(ends[i], end)))).toBe(modes);
        expect(after(sequenceOf(modes))).toBe(modes);
      }),
    );
  });
});
