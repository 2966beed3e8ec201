/** Coordinators that share a queue: who leads which task, and what the others tell. Pure. */
import { rejection } from '../errors.ts';
import { fail, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import type { DecideReader } from './state.ts';

export function decideSite(
  _state: DecideReader,
  { type }: CommandOf<'site.join' | 'site.leave' | 'site.tell' | 'task.share' | 'task.adopt'>,
  _ctx: DecideContext,
): Result<Event[]> {
  return fail(rejection('internal', `${type} is not there yet`));
}
