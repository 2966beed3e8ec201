import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grouped, joined, type Piece } from './pieces.ts';

describe('pieces of output', () => {
  it('keep every byte and its order in groups that are not too large', () => {
    const lists = fc.array(fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 64 }), (list, most) => {
        const pieces = list.map((bytes): Piece => ({ bytes, done: () => {} }));
        const groups = grouped(pieces, most);
        expect(groups.flat()).toEqual(pieces);
        expect(groups.every((group) => group.length > 0)).toBe(true);
        const tooLarge = groups.filter((group) => group.length > 1 && joined(group).length > most);
        expect(tooLarge).toEqual([]);
        expect(groups.flatMap((group) => [...joined(group)])).toEqual(
          list.flatMap((bytes) => [...bytes]),
        );
      }),
    );
  });
});
