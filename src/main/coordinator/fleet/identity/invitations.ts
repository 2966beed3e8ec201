/** One-time tokens by which a PC may join: kept in memory, for minutes. */
import type { OutputOf, ParsedInputOf } from '../../../../shared/contract.ts';
import { rejection } from '../../../../shared/errors.ts';
import { fail, type Result } from '../../../../shared/result.ts';

export interface Invitations {
  create(
    input: ParsedInputOf<'invitations.create'>,
  ): Promise<Result<OutputOf<'invitations.create'>>>;
}

export function createInvitations(): Invitations {
  return {
    create: () =>
      Promise.resolve(fail(rejection('agent_unavailable', 'the door to the LAN is not open'))),
  };
}
