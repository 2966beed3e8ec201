/** Why calls are refused, in words for people. */
import type { Clock } from '../../../../shared/clock.ts';
import type { TroubleClass } from '../../../../shared/domain/engine-trouble.ts';
import type { Provider } from '../../../../shared/models.ts';
import type { Refusal } from '../models/port.ts';

const NAMES: Readonly<Record<Provider, string>> = { anthropic: 'Anthropic', openai: 'OpenAI' };

export function closing(): Refusal {
  return { trouble: 'network', message: 'The coordinator is shutting down.', until: null };
}

export function noAccount(provider: Provider): Refusal {
  const message = `There is no account for ${NAMES[provider]}. Add one in Settings → Accounts.`;
  return { trouble: 'sign_in_expired', message, until: null };
}

export function signedOut(provider: Provider): Refusal {
  const message = `No account for ${NAMES[provider]} is signed in. Sign in again in Settings → Accounts.`;
  return { trouble: 'sign_in_expired', message, until: null };
}

/** Whoever asks knows better what went wrong with them. */
export function allTried(provider: Provider): Refusal {
  const message = `Every account for ${NAMES[provider]} was tried for this call.`;
  return { trouble: 'network', message, until: null };
}

/** Its task's own doing it is not: the next attempt finds a disk that answers. */
export function undecided(): Refusal {
  const message =
    'The coordinator could not read what was used before. Its log has more; see that its disk is well.';
  return { trouble: 'crashed', message, until: null };
}

/**
 * @param server what is wrong with it; `null`: it is about the limits of accounts
 * @param until epoch ms
 */
export function allHeld(provider: Provider, server: TroubleClass | null, until: number): Refusal {
  const when = `Calls leave again at ${new Date(until).toISOString()}.`;
  const what =
    server === null
      ? `All accounts for ${NAMES[provider]} are at their limits.`
      : server === 'overloaded'
        ? `${NAMES[provider]} has too much to do.`
        : `${NAMES[provider]} does not answer.`;
  return { trouble: server ?? 'rate_limited', message: `${what} ${when}`, until };
}

/** @param opensAt by the monotonic clock; `null`: not known */
export function tooLong(opensAt: number | null, clock: Pick<Clock, 'now' | 'monotonic'>): Refusal {
  const until = opensAt === null ? null : Math.round(clock.now() + opensAt - clock.monotonic());
  const message =
    'There was no turn for this call within the time that engines wait. Add an account, or let fewer attempts run at once.';
  return { trouble: 'rate_limited', message, until };
}
