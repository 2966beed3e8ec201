/** How a sign-in stands after what was found: only the provider's own no counts, and three in a row sign out. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { afterCheck, MOST_REFUSALS, newSignIn, type Finding } from './sign-in.ts';

const KINDS = ['good', 'refused', 'unreachable'] as const;

function follow(kinds: readonly Finding['kind'][]) {
  return kinds.reduce(
    (one, kind, at) => afterCheck(one, { kind, message: `as ${kind}` }, at + 1),
    newSignIn(0),
  );
}

it('is signed out exactly when three refusals came with no good answer between', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...KINDS), { maxLength: 20 }), (kinds) => {
      const lastGood = kinds.lastIndexOf('good');
      const refusals = kinds.slice(lastGood + 1).filter((kind) => kind === 'refused').length;
      expect(follow(kinds).state === 'signed_out').toBe(refusals >= MOST_REFUSALS);
    }),
  );
});

it('says since when, and what the provider said last', () => {
  const failing = follow(['good', 'refused', 'refused']);
  expect(failing).toMatchObject({ state: 'failing', since: 2, checkedAt: 3, refusals: 2 });
  expect(follow(['good', 'unreachable'])).toMatchObject({ state: 'unreachable', since: 2 });
  const out = follow(['refused', 'refused', 'refused', 'unreachable']);
  expect(out).toMatchObject({ state: 'signed_out', since: 3, checkedAt: 4 });
  expect(follow(['refused', 'refused', 'refused', 'good'])).toMatchObject({
    ...{ state: 'good', refusals: 0, since: 4 },
  });
});
