/** Whatever is dropped is answered: in bounds, with a word about each part, and in no more time than its length costs. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from './files.ts';
import { line } from '../text.ts';
import { Understanding, type Payload } from './payload.ts';
import { atOnce } from './slices.ts';
import { understand } from './understand.ts';

const CODEC: Codec = {
  bytes: (base64) => new Uint8Array(Buffer.from(base64, 'base64')),
  text: (bytes) => Buffer.from(bytes).toString(),
};

const ISSUE = 'https://github.com/acme/shop/issues/12';
const PULL = 'https://github.com/acme/shop/pull/7';

function file(name: string, content: string | Uint8Array): Payload {
  const base64 = Buffer.from(content).toString('base64');
  return { kind: 'files', files: [{ kind: 'file', name, base64 }] };
}

describe('whatever comes', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ISSUE,
      PULL,
      '- [ ] ',
      '[x]',
      '{"title":"a"}',
      '[{',
      '"',
      ',',
      ';',
      '\t',
      '\n',
      '\r\n',
      'title,body\n',
      '<a href="',
      '</a>',
      '\ufeff',
      '\u202e',
      '\ud800',
      '```',
      'URL=',
      '/srv/x',
      'a/b#1',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const mess = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
  const name = fc.constantFrom(
    'x.csv',
    'x.json',
    'x.md',
    'x.url',
    'x.webloc',
    'x.html',
    'x',
    'x.tsv',
    'x.ndjson',
  );
  const payload = fc.oneof(
    fc
      .record({ text: mess, html: mess, uriList: mess, mozUrl: mess })
      .map((all): Payload => ({ kind: 'text', ...all })),
    fc.tuple(name, mess).map(([one, content]) => file(one, content)),
    fc.tuple(name, fc.uint8Array({ maxLength: 200 })).map(([one, content]) => file(one, content)),
  );

  it('is answered in bounds, with something to say about it', () => {
    fc.assert(
      fc.property(payload, (given) => {
        const { items } = Understanding.parse(atOnce(understand(given, CODEC)));
        expect(items.length).toBeGreaterThan(0);
        for (const { kind, problem, title } of items) {
          expect(kind === 'unknown').toBe(problem !== null && problem.code !== 'done');
          expect(title ?? 'none').toBe(title === null ? 'none' : line(500).parse(title));
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['opened tags', '<a '.repeat(500_000)],
    ['brackets', `${'['.repeat(200_000)}${ISSUE}`],
    ['quotation marks', `title,body\n${'"'.repeat(1_000_001)}`],
    ['spaces', `- [ ] x\n${' '.repeat(1_000_000)}y`],
    ['one long word', 'a.'.repeat(500_000)],
    ['slashes', `https://github.com${'/a'.repeat(500_000)}`],
    ['stars', `- [ ] ${'*'.repeat(1_000_000)}`],
  ])('%s without end cost no more than their length', (_, hostile) => {
    const { items } = atOnce(understand({ kind: 'text', text: hostile, html: hostile }, CODEC));
    expect(items.length).toBeGreaterThan(0);
  });
});
