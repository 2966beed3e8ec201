/**
 * One-time tokens by which a PC may join: kept in memory, for minutes. A token has two halves, `SECRET.FINGERPRINT`: by the
 * first the coordinator knows the invited, by the second the invited know the coordinator.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../shared/clock.ts';
import type { OutputOf, ParsedInputOf } from '../../../../shared/contract.ts';
import { rejection } from '../../../../shared/errors.ts';
import type { JoinAnswer, JoinRequest } from '../../../../shared/protocol/enrol.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { isSameToken } from '../../gateway/tokens.ts';
import type { Authority } from './authority.ts';
import type { Enrolments } from './enrolments.ts';

export const INVITATION_MS = 10 * 60_000;
/** Nobody invites so many at once; it bounds what is kept. */
const MOST = 200;

export interface Invitations {
  create(
    input: ParsedInputOf<'invitations.create'>,
  ): Promise<Result<OutputOf<'invitations.create'>>>;
  /** Makes an agent of whoever comes with one; which is used up by that. */
  accept(request: JoinRequest): Promise<Result<JoinAnswer>>;
}

export interface InvitationDeps {
  readonly authority: () => Promise<Result<Authority>>;
  readonly enrolments: Enrolments;
  /** Opens the door to the LAN, and says at which address others find it: `https://192.168.1.5:8443`. */
  readonly openDoor: () => Promise<Result<string>>;
  readonly clock: Clock;
}

type Guest = ParsedInputOf<'invitations.create'> & {
  readonly secret: string;
  /** Of the monotonic clock. */
  readonly until: number;
};

export function createInvitations(deps: InvitationDeps): Invitations {
  const { clock, enrolments } = deps;
  const guests = new Set<Guest>();

  function tidy(): void {
    for (const guest of guests) if (guest.until <= clock.monotonic()) guests.delete(guest);
  }

  function find(token: string): Guest | undefined {
    const secret = token.split('.', 1)[0] ?? '';
    // All are looked at, so that time tells nothing of any.
    return [...guests].filter((guest) => isSameToken(guest.secret, secret))[0];
  }

  return {
    async create(input) {
      tidy();
      if (guests.size >= MOST) {
        const why = 'too many invitations are open; wait until some have run out';
        return fail(rejection('agent_unavailable', why));
      }
      const authority = await deps.authority();
      if (!authority.ok) return authority;
      const url = await deps.openDoor();
      if (!url.ok) return url;
      const secret = randomBytes(18).toString('hex');
      guests.add({ ...input, secret, until: clock.monotonic() + INVITATION_MS });
      const token = `${secret}.${authority.value.fingerprint}`;
      return ok({
        token,
        url: url.value,
        command: `koubou agent join ${url.value} --token ${token}`,
        expiresAt: clock.now() + INVITATION_MS,
      });
    },
    async accept({ token, request, name }) {
      tidy();
      const guest = find(token);
      if (!guest) {
        const why =
          'the invitation is wrong, was used already, or has run out. Ask for a new one: koubou agents invite';
        return fail(rejection('unauthorized', why));
      }
      // Taken before anything is awaited: of two that come with it, one is let in.
      guests.delete(guest);
      const { profile } = guest;
      const answer = await enrolments.enrol({
        ...{ name: guest.name ?? name, profile, request },
        ...{ via: 'invitation', host: null },
      });
      // What did not make an agent has not used it up.
      if (!answer.ok) guests.add(guest);
      return answer;
    },
  };
}
