/** Long texts are read in slices, whatever they are; what is counted is the text and the things of a slice, never time. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from './files.ts';
import { MOST_ITEMS, type Payload } from './payload.ts';
import { atOnce, inSlices, linesOf, mapSliced, SLICE } from './slices.ts';
import { understand } from './understand.ts';

const CODEC: Codec = {
  bytes: (base64) => new Uint8Array(Buffer.from(base64, 'base64')),
  text: (bytes) => Buffer.from(bytes).toString(),
};

describe('lines', () => {
  // Long enough that slices end within them, at breaks of every kind.
  const text = fc
    .array(
      fc.tuple(
        fc.constantFrom('', 'a', 'abc'.repeat(99)),
        fc.constantFrom('\n', '\r\n', '\r', '\n\r'),
      ),
      { maxLength: 60 },
    )
    .chain((parts) => fc.constant(parts.flat().join('').repeat(40)));

  it('are those of the whole, each in one slice, which is no longer than it has to be', () => {
    fc.assert(
      fc.property(text, (given) => {
        const slices = [...linesOf(given)];
        const all = given.split(/\r\n|\n|\r/);
        expect(slices.flatMap(({ lines }) => lines)).toEqual(all);
        let before = 0;
        for (const slice of slices) {
          expect(slice.before).toBe(before);
          before += slice.lines.length;
          expect(slice.lines.slice(0, -1).join('\n').length).toBeLessThanOrEqual(SLICE);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('are parted where a break stands on the edge of a slice', () => {
    for (const before of [-2, -1, 0, 1]) {
      const given = `${'x'.repeat(SLICE + before)}\r\nb\r\n`;
      expect([...linesOf(given)].flatMap(({ lines }) => lines)).toEqual(given.split('\r\n'));
    }
  });
});

it('of things, so many are made in one slice', () => {
  let made = 0;
  const work = mapSliced(Array.from({ length: 950 }), () => (made += 1));
  const counts: number[] = [];
  for (let step = work.next(); step.done !== true; step = work.next()) {
    counts.push(made);
    made = 0;
  }
  expect(counts).toEqual(Array<number>(9).fill(100));
});

it('others work after every slice, and the answer is the same', async () => {
  const payload: Payload = { kind: 'text', text: 'acme/shop#1\n'.repeat(10_000) };
  let pauses = 0;
  const answer = await inSlices(understand(payload, CODEC), () => Promise.resolve(pauses++));
  expect(pauses).toBeGreaterThan(payload.text.length / SLICE);
  expect(answer).toEqual(atOnce(understand(payload, CODEC)));
});

const SIZE = 20 * SLICE;
const until = (makeLine: (index: number) => string): string => {
  const lines: string[] = [];
  for (let length = 0; length < SIZE;) {
    const line = makeLine(lines.length);
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n');
};

describe('a long text costs as many slices as it is long:', () => {
  const links = until((n) => `https://github.com/acme/shop/issues/${n}`);
  it.each<[string, Payload]>([
    ['links', { kind: 'text', text: links }],
    ['writing', { kind: 'text', text: until((n) => `what is to be done in step ${n}`) }],
    ['blank lines', { kind: 'text', text: until(() => '') }],
    ['a task list', { kind: 'text', text: until((n) => `- [ ] Fix ${n}\n  and this`) }],
    ['a table', { kind: 'text', text: `title,body\n${until((n) => `Fix ${n},"a ""b"""`)}` }],
    ['one cell', { kind: 'text', text: `title,body\nFix,"${'""'.repeat(SIZE / 2)}"` }],
    ['JSON', { kind: 'text', text: `[${until((n) => `{"title":"Fix ${n}"},`)}{"title":"x"}]` }],
    ['JSON by the line', { kind: 'text', text: until((n) => `{"title":"Fix ${n}"}`) }],
    ['a list of addresses', { kind: 'text', text: '', uriList: links }],
    ['addresses with titles', { kind: 'text', text: '', mozUrl: links }],
  ])('%s', (_, payload) => {
    const work = understand(payload, CODEC);
    let slices = 0;
    while (work.next().done !== true) slices += 1;
    expect(slices).toBeGreaterThanOrEqual(SIZE / SLICE);
  });

  it('and what is broken, by the line: only as much is tried as can be shown', () => {
    const broken = until((n) => (n < 100 ? '{"title":"x"}' : '{'));
    const lines = broken.split('\n').length;
    const work = understand({ kind: 'text', text: broken }, CODEC);
    let slices = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) slices += 1;
    expect(step.value).toMatchObject({ left: lines - MOST_ITEMS });
    // Ten lines a slice while they are tried.
    expect(slices).toBeGreaterThanOrEqual(MOST_ITEMS / 10);
  });
});
