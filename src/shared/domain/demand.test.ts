/** Lines of the queue: equal demands have equal keys, and keys read back. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { demandKey, demandOf, parseDemandKey } from './demand.ts';
import { ENGINE_KINDS } from './engine.ts';
import { Need } from './task.ts';

const need = fc
  .stringMatching(/^[a-z0-9][a-z0-9.+-]{0,8}$/)
  .filter((text) => Need.safeParse(text).success);
const engine = fc
  .constantFrom(...ENGINE_KINDS)
  .map((kind) => (kind === 'command' ? ({ kind, run: 'true' } as const) : ({ kind } as const)));

it('gives the same key whatever the order and repetition of needs, and reads it back', () => {
  fc.assert(
    fc.property(engine, fc.array(need, { maxLength: 5 }), (spec, needs) => {
      const demand = demandOf({ engine: spec, needs });
      const again = demandOf({ engine: spec, needs: [...needs, ...needs].toReversed() });
      expect(demandKey(again)).toBe(demandKey(demand));
      expect(parseDemandKey(demandKey(demand))).toEqual(demand);
    }),
  );
});

it('gives different keys to different demands', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(need, { maxLength: 4 }),
      fc.uniqueArray(need, { maxLength: 4 }),
      (a, b) => {
        const [one, other] = [a, b].map((needs) =>
          demandOf({ engine: { kind: 'command', run: 'x' }, needs }),
        );
        const same = a.toSorted().join(' ') === b.toSorted().join(' ');
        expect(one && other && demandKey(one) === demandKey(other)).toBe(same);
      },
    ),
  );
});
