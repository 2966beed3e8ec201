/** Recurring tasks: made, changed, and come due. Pure. */
import { rejection } from '../errors.ts';
import { fail, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import type { DecideReader } from './state.ts';

export function decideRecurring(
  _state: DecideReader,
  { type }: CommandOf<'recurring.save' | 'recurring.fire' | 'recurring.remove'>,
  _ctx: DecideContext,
): Result<Event[]> {
  return fail(rejection('internal', `${type} is not there yet`));
}
