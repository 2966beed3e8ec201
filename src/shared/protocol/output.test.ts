/** Frames of bulk bytes: what is sent is what is read, and nothing else is read. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptIdOf, taskIdOf } from '../ids.ts';
import { decodeOutput, encodeOutput, STREAMS, type OutputFrame } from './output.ts';

const frame: fc.Arbitrary<OutputFrame> = fc.record({
  attemptId: fc
    .tuple(fc.integer({ min: 1, max: 999_999_999_999_999 }), fc.integer({ min: 1, max: 999_999 }))
    .map(([task, ordinal]) => attemptIdOf(taskIdOf(task), ordinal)),
  stream: fc.constantFrom(...STREAMS),
  offset: fc.maxSafeNat(),
  bytes: fc.uint8Array({ maxLength: 300 }),
});

describe('an output frame', () => {
  it('reads back as it was sent', () => {
    fc.assert(
      fc.property(frame, (sent) => {
        expect(decodeOutput(encodeOutput(sent))).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it('reads back from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(frame, fc.integer({ min: 1, max: 9 }), (sent, before) => {
        const encoded = encodeOutput(sent);
        const buffer = new Uint8Array(before + encoded.length);
        buffer.set(encoded, before);
        expect(decodeOutput(buffer.subarray(before))).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it('is refused, never misread, when it is cut anywhere before its bytes', () => {
    fc.assert(
      fc.property(frame, fc.nat(), (sent, cut) => {
        const encoded = encodeOutput(sent);
        const header = encoded.length - sent.bytes.length;
        expect(decodeOutput(encoded.subarray(0, cut % header)).ok).toBe(false);
      }),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(typeof decodeOutput(bytes).ok).toBe('boolean');
      }),
    );
  });

  it('is refused with another layout or an offset that no file has', () => {
    const encoded = encodeOutput({
      attemptId: attemptIdOf(taskIdOf(1), 1),
      stream: 'terminal',
      offset: 1,
      bytes: new Uint8Array(1),
    });
    expect(decodeOutput(encoded.with(0, 2)).ok).toBe(false);
    expect(decodeOutput(encoded.with(1, 2)).ok).toBe(false);
    expect(decodeOutput(encoded.with(4, 255)).ok).toBe(false);
  });
});
