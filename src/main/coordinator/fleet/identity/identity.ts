/** Who is who in the workshop, put together: the authority, made when it is first needed, enrolments and certificates. */
import type { Logger } from 'pino';
import type { Clock } from '../../../../shared/clock.ts';
import { rejection } from '../../../../shared/errors.ts';
import { fail, type Result } from '../../../../shared/result.ts';
import type { Journal } from '../../journal/port.ts';
import type { Authority } from './authority.ts';
import { createEnrolments, type Enrolments } from './enrolments.ts';
import type { Keychain } from '../../secrets/secret-keeper.ts';
import { keyKeeper } from './key-keeper.ts';

export interface IdentityDeps {
  /** `<data>/ca` */
  readonly dir: string;
  /** The system's; `null` where there is none. */
  readonly keychain: Keychain | null;
  readonly journal: Pick<Journal, 'agent' | 'agents' | 'submit'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Identity {
  authority(): Promise<Result<Authority>>;
  readonly enrolments: Enrolments;
}

export function createIdentity(deps: IdentityDeps): Identity {
  const { dir, keychain, journal, clock, log } = deps;
  const keeper = keyKeeper(dir, keychain);
  let opened: Promise<Result<Authority>> | null = null;

  async function open(): Promise<Result<Authority>> {
    try {
      // A workshop on one PC never needs it, and reading it takes longer than much of the start.
      const { openAuthority } = await import('./authority.ts');
      const result = await openAuthority({ dir, keeper, clock });
      if (result.ok) return result;
      log.error(result.error);
      return fail(rejection('internal', result.error));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, "the workshop's authority cannot be opened");
      return fail(rejection('internal', `the workshop's authority cannot be opened: ${why}`));
    }
  }

  async function authority(): Promise<Result<Authority>> {
    const mine = (opened ??= open());
    const result = await mine;
    // What was wrong may have been put right meanwhile.
    if (!result.ok && opened === mine) opened = null;
    return result;
  }

  return { authority, enrolments: createEnrolments({ authority, journal, clock }) };
}
