/** The secret that GitHub signs its deliveries with: made at first need, kept as other secrets are, and shown once, when it is made. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { secretKeeper, type Keychain } from '../../../secrets/secret-keeper.ts';

export interface HookSecret {
  /** The error is a sentence. `null`: none was made yet. */
  current(): Promise<Result<string | null, string>>;
  /** The one that is kept, or a new one. */
  ensure(): Promise<Result<{ readonly secret: string; readonly isNew: boolean }, string>>;
  /** A new one in the place of the old: hooks that were set up by hand need it. */
  renew(): Promise<Result<string, string>>;
}

/** @param dir `<data>/github` */
export function openHookSecret(dir: string, keychain: Keychain | null): HookSecret {
  const file = path.join(dir, 'webhook.secret');
  const keeper = secretKeeper({ file, what: 'the secret of the webhook' }, keychain);
  let known: string | null = null;
  /** One at a time, so that two first needs do not make two. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(run: () => Promise<T>): Promise<T> => {
    const turn = last.then(run);
    // Whoever asked hears of the failure; the next one tries for itself.
    last = turn.catch(() => {});
    return await turn;
  };

  async function current(): Promise<Result<string | null, string>> {
    if (known !== null) return ok(known);
    const opened = await keeper.open();
    if (opened.ok) known = opened.value;
    return opened;
  }

  async function make(): Promise<Result<string, string>> {
    const secret = randomBytes(32).toString('base64url');
    try {
      await keeper.seal(secret);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fail(`the secret of the webhook cannot be kept: ${why}`);
    }
    known = secret;
    return ok(secret);
  }

  return {
    current: async () => await inTurn(current),
    ensure: async () =>
      await inTurn(async () => {
        const kept = await current();
        if (!kept.ok) return kept;
        if (kept.value !== null) return ok({ secret: kept.value, isNew: false });
        const made = await make();
        return made.ok ? ok({ secret: made.value, isNew: true }) : made;
      }),
    renew: async () => await inTurn(make),
  };
}
