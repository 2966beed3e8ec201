/** Ranges in names of hosts: `10.0.0.[10-20]`, `pc{01..12}.lan`, `pc[1,3,7-9]`. No I/O. */
import { fail, ok, type Result } from '../../../shared/result.ts';

/** All names a pattern stands for, in order; itself when it has no range. At most `most`. */
export function expandRanges(pattern: string, most: number): Result<string[], string> {
  let names = [''];
  let rest = pattern;
  for (;;) {
    const range = RANGE.exec(rest);
    if (!range) return ok(names.map((name) => name + rest));
    const numbers = numbersOf(range[1] ?? range[2] ?? '', most);
    if (!numbers.ok) return numbers;
    if (names.length * numbers.value.length > most) return fail(tooMany(most));
    const before = rest.slice(0, range.index);
    names = names.flatMap((name) => numbers.value.map((number) => name + before + number));
    rest = rest.slice(range.index + range[0].length);
  }
}

/** Digits, commas and dashes in brackets, or two numbers in braces; `[fe80::1]` is an address and none of them. */
const RANGE = /\[([\d,-]+)\]|\{(\d+\.\.\d+)\}/;

function numbersOf(text: string, most: number): Result<string[], string> {
  const numbers: string[] = [];
  for (const part of text.split(',')) {
    const [, first, last] = /^(\d{1,9})(?:(?:-|\.\.)(\d{1,9}))?$/.exec(part) ?? [];
    if (first === undefined)
      return fail(`${JSON.stringify(text)} is no range: write [10-20], [1,3,7-9] or {01..12}`);
    const [low, high] = [Number(first), Number(last ?? first)];
    if (high < low) return fail(`the range ${part} ends before it begins`);
    if (high - low >= most) return fail(tooMany(most));
    // As shells do: a leading zero keeps the width.
    const width = first.startsWith('0') ? first.length : 0;
    for (let n = low; n <= high; n++) numbers.push(String(n).padStart(width, '0'));
    if (numbers.length > most) return fail(tooMany(most));
  }
  return ok(numbers);
}

function tooMany(most: number): string {
  return `that is more than ${most} hosts; add them in several goes`;
}
