import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aboutRequest, topLevel } from './request-body.ts';

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
      const found = topLevel(bytes, new Set(['model', 'max_tokens']));
      for (const name of ['model', 'max_tokens']) {
        const text = JSON.stringify(object[name]);
        if (text === undefined || text.length < 400)
          expect(JSON.stringify(found.get(name))).toBe(text);
      }
    }),
  );
});

test('what is no JSON says nothing, and never fails', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      topLevel(Buffer.from(text), new Set(['model']));
      topLevel(Buffer.from(`{"model":${text}`), new Set(['model']));
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
