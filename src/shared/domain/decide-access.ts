/** Who may come in: noted as it was asked; whether it may be is decided by the list that counts (`lan/people.ts`). */
import { ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';

export function decideAccess(
  command: CommandOf<'access.grant' | 'access.revoke'>,
  { actor: by }: DecideContext,
): Result<Event[]> {
  const { type, ...about } = command;
  return ok([
    'role' in about
      ? { type: 'access.granted', ...about, by }
      : { type: 'access.revoked', ...about, by },
  ]);
}
