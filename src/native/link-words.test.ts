/** What is printed for another device: the code can be read back, on any terminal. */
import { stripVTControlCharacters } from 'node:util';
import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { linkWords } from './link-words.ts';

const LINK = {
  url: `https://192.168.1.5:8443/#token=kbt_${'a'.repeat(43)}`,
  addresses: ['192.168.1.5', '10.0.0.7'],
  fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
};

/** The modules of a printed code, from its half blocks. @param drawn what a block stands for */
function modulesOf(lines: readonly string[], drawn: boolean): boolean[][] {
  const blocks: Readonly<Record<string, readonly [boolean, boolean]>> = {
    '█': [drawn, drawn],
    '▀': [drawn, !drawn],
    '▄': [!drawn, drawn],
    ' ': [!drawn, !drawn],
  };
  return lines.flatMap((line) => {
    const pairs = line.split('').map((one) => blocks[one] ?? [drawn, drawn]);
    return [pairs.map(([upper]) => upper), pairs.map(([, lower]) => lower)];
  });
}

test.each([true, false])('the code says the link, with colours: %s', (colours) => {
  const { data } = encode(LINK.url, { ecc: 'M', border: 2 });
  const printed = linkWords(LINK, { qr: true, colours }).split('\n');
  const at = printed.findIndex((line) => line.includes('10.0.0.7')) + 2;
  const lines = printed
    .slice(at, at + Math.ceil(data.length / 2))
    .map((line) => stripVTControlCharacters(line.slice(2)));
  expect(modulesOf(lines, colours).slice(0, data.length)).toEqual(data);
  expect(printed.some((line) => line.includes('\u001b['))).toBe(colours);
});

test('without the code there is the link, other addresses and the whole fingerprint', () => {
  const printed = linkWords(LINK, { qr: false, colours: false });
  expect(printed).toContain(LINK.url);
  expect(printed).toContain('also at 10.0.0.7');
  expect(printed.replaceAll(/\n {2}/g, '')).toContain(LINK.fingerprint);
  expect(printed).not.toMatch(/[█▀▄]/);
});
