/** Who may come in: noted as it was asked; whether it may be is decided by the list that counts (`lan/people.ts`). */
import { ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';

export function decideAccess(
  command: CommandOf<'access.grant' | 'access.revoke'>,
  { actor: by }: DecideContext,
): Result<Event[]> {
  return ok([
    command.type === 'access.grant'
      ? { ...command, type: 'access.granted', by }
      : { ...command, type: 'access.revoked', by },
  ]);
}
