/** The few fields that are read of a request, found without building the rest of it. */
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { aboutRequest, topLevel } from './request-body.ts';

const WANTED = new Set(['model', 'max_tokens']);
const NAMES = ['model', 'max_tokens', 'messages', 'x"y', 'tools'];

test('values of the outermost object are those that JSON.parse finds', () => {
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.jsonValue(),
  );
  const body = fc.dictionary(fc.constantFrom(...NAMES), value);
  fc.assert(
    fc.property(body, fc.constantFrom(undefined, 2), (object, indent) => {
      const bytes = Buffer.from(JSON.stringify(object, null, indent));
      const found = topLevel(bytes, WANTED);
      const wanted = Object.entries(object).filter(([name]) => WANTED.has(name));
      // A long value is none of those that are asked for.
      const short = wanted.filter(([, given]) => JSON.stringify(given, null, 2).length < 400);
      expect(Object.fromEntries(found)).toMatchObject(Object.fromEntries(short));
      expect(wanted.map(([name]) => name)).toEqual(expect.arrayContaining([...found.keys()]));
    }),
  );
});

test('what is no JSON says nothing, and never fails', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(topLevel(Buffer.from(text), WANTED).size).toBeLessThanOrEqual(WANTED.size);
      const open = topLevel(Buffer.from(`{"model":${text}`), WANTED);
      expect(open.size).toBeLessThanOrEqual(WANTED.size);
    }),
  );
});

test('a packed body is read as well', async () => {
  const body = Buffer.from(JSON.stringify({ model: 'gpt-5', max_output_tokens: 99, input: 'hi' }));
  for (const [encoding, packed] of [
    ['gzip', gzipSync(body)],
    ['zstd', zstdCompressSync(body)],
    ['br', brotliCompressSync(body)],
    [undefined, body],
  ] as const) {
    expect(await aboutRequest(packed, encoding)).toEqual({
      model: 'gpt-5',
      inputTokens: Math.ceil(body.length / 4),
      maxOutputTokens: 99,
    });
  }
});

test('one that only says that it is packed passes as it is', async () => {
  expect(await aboutRequest(Buffer.from('{"model":"m"}'), 'gzip')).toMatchObject({ model: 'm' });
});
