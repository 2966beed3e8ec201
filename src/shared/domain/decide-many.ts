/** Several tasks in one commit: all of them, or none. Pure. */
import { rejection } from '../errors.ts';
import { fail, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import type { DecideReader } from './state.ts';

export function decideMany(
  _state: DecideReader,
  { type }: CommandOf<'workflow.start' | 'task.create_all'>,
  _ctx: DecideContext,
): Result<Event[]> {
  return fail(rejection('internal', `${type} is not there yet`));
}
