/**
 * Secrets of accounts in memory for a few seconds, so that a call of a model waits neither for the disk nor for the system's
 * keychain. One that a person exchanges by hand, in the data folder, counts as soon as that is over.
 */
import type { ModelAccountId } from '../../../../shared/models.ts';
import type { Kept } from './kept.ts';

const REMEMBERED_MS = 10_000;

interface Remembered {
  readonly secret: ReturnType<Kept['secretOf']>;
  /** Epoch ms. */
  readonly at: number;
}

/** The same, with a memory; what could not be read is read again with the next call. */
export function remembering(kept: Kept, clock: { now(): number }): Kept {
  const known = new Map<ModelAccountId, Remembered>();
  return {
    ...kept,
    async secretOf(account) {
      const last = known.get(account.id);
      if (last && Math.abs(clock.now() - last.at) < REMEMBERED_MS) return await last.secret;
      const next = { secret: kept.secretOf(account), at: clock.now() };
      known.set(account.id, next);
      let isGood = false;
      try {
        const secret = await next.secret;
        isGood = secret.ok;
        return secret;
      } finally {
        if (!isGood && known.get(account.id) === next) known.delete(account.id);
      }
    },
    async keepSecret(account, secret) {
      await kept.keepSecret(account, secret);
      known.delete(account.id);
    },
    forgetSecret(account) {
      kept.forgetSecret(account);
      known.delete(account.id);
    },
  };
}
