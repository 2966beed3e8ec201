import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBetween } from './between.ts';
import { quote, wrapScript } from './quote.ts';

const parts = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const at = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

test('what a script printed is found, however the stream is cut and whatever is around it', () => {
  // A small alphabet, so that parts of the marks turn up in the output.
  const text = fc
    .array(fc.constantFrom('\n', 'b', 'e', 'be', '\ne', 'en', ' 0'), { maxLength: 20 })
    .map((all) => all.join(''));
  const output = text.filter((one) => !`\n${one}`.includes('\nend'));
  const before = text.filter((one) => !one.includes('begin'));
  fc.assert(
    fc.property(
      before,
      output,
      text,
      fc.array(fc.nat(), { maxLength: 8 }),
      (junk, inner, after, cuts) => {
        const between = createBetween('begin', 'end');
        const stream = Buffer.from(`${junk}begin\n${inner}\nend 7\n${after}`);
        const got = parts(stream, cuts).map((part) => between.push(part));
        expect(Buffer.concat([...got, between.flush()]).toString()).toBe(inner);
        expect(between.tail()).toBe('7');
      },
    ),
  );
});

test('a stream that is cut short has no tail and loses nothing', () => {
  const between = createBetween('begin', 'end');
  const got = [between.push(Buffer.from('junk begin\nabc\nen')), between.flush()];
  expect(Buffer.concat(got).toString()).toBe('abc\nen');
  expect([between.hasBegun(), between.tail(), between.junk()]).toEqual([true, undefined, 'junk']);
});

test('a quoted word comes out of a shell as it went in', () => {
  const word = fc.string().filter((one) => !one.includes('\0'));
  fc.assert(
    fc.property(word, (one) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quote(one)}`], { encoding: 'utf8' })).toBe(one);
    }),
    { numRuns: 30 },
  );
});

test('a command line has nothing that a shell reads in its own way, and no long word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (script) => {
      const [, constant = '', words = ''] =
        /^exec sh -c '([^']*)' (.*)$/s.exec(wrapScript(script).commandLine) ?? [];
      expect(constant).toMatch(/^[^'\\!\n]+$/);
      expect(words).toMatch(/^[\w+/= ]+$/);
      expect(Math.max(...words.split(' ').map((one) => one.length))).toBeLessThanOrEqual(500);
    }),
  );
});
