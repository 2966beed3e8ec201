/** Lines of the queue: equal demands have equal keys, and keys read back. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { demandKey, demandOf, parseDemandKey } from './demand.ts';
import { ENGINE_CHOICES } from './engine.ts';
import { Need } from './need.ts';

const PLAIN = { security: 'internal', location: null } as const;

const need = fc
  .stringMatching(/^[a-z0-9][a-z0-9.+-]{0,8}$/)
  .filter((text) => Need.safeParse(text).success);
const engine = fc
  .constantFrom(...ENGINE_CHOICES)
  .map((kind) => (kind === 'command' ? ({ kind, run: 'true' } as const) : ({ kind } as const)));

it('gives the same key whatever the order and repetition of needs, and reads it back', () => {
  fc.assert(
    fc.property(engine, fc.array(need, { maxLength: 5 }), (spec, needs) => {
      const demand = demandOf({ engine: spec, needs, localOnly: false, ...PLAIN });
      const again = demandOf({
        engine: spec,
        needs: [...needs, ...needs].toReversed(),
        localOnly: false,
        ...PLAIN,
      });
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
          demandOf({ engine: { kind: 'command', run: 'x' }, needs, localOnly: false, ...PLAIN }),
        );
        const same = a.toSorted().join(' ') === b.toSorted().join(' ');
        expect(one && other && demandKey(one) === demandKey(other)).toBe(same);
      },
    ),
  );
});

it('keeps what must not leave its agent in the line of what runs there, whatever it names', () => {
  const auto = { engine: { kind: 'auto' }, needs: ['gpu'] } as const;
  expect(demandKey(demandOf({ ...auto, needs: ['gpu'], localOnly: false, ...PLAIN }))).toBe(
    'auto gpu',
  );
  expect(demandKey(demandOf({ ...auto, needs: ['gpu'], localOnly: true, ...PLAIN }))).toBe(
    'ollama gpu',
  );
});
