/** What a new task begins as, and why there may be no such one. Pure, part of `decide.ts`. */
import { rejection, type Rejection } from '../errors.ts';
import { taskIdOf } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import { refuseCreation } from './decide-order.ts';
import { refuseWaiting } from './decide-waiting.ts';
import type { EventOf } from './event.ts';
import { refuseAway } from './local-only.ts';
import { namedAfter } from './named-after.ts';
import { nextTaskNumber } from './numbering.ts';
import type { DecideReader } from './state.ts';

/** The one event that makes the task. */
export function decideCreation(
  state: DecideReader,
  command: CommandOf<'task.create'>,
  ctx: DecideContext,
): Result<EventOf<'task.created'>> {
  const { orderedBy } = command;
  const refused =
    (orderedBy && refuseCreation(state, orderedBy, command.needs)) ??
    refuseWaiting(state, command.after) ??
    refuseAway(command) ??
    twinOf(state, command);
  if (refused) return fail(refused);
  const after = [...new Set([...command.after, ...namedAfter(state, command)])];
  const isOpen = after.some((id) => state.task(id)?.state !== 'completed');
  const waits = isOpen || (command.blockers ?? []).length > 0;
  const later = command.at !== null && command.at > ctx.now;
  const { type: _, again: __, orderedBy: ___, ...created } = command;
  const { origin, specialty, source, localOnly, blockers = [], ...rest } = created;
  return ok({
    type: 'task.created',
    taskId: taskIdOf(nextTaskNumber(state.workshop())),
    ...rest,
    after,
    ...(specialty && { specialty }),
    ...(localOnly === true && { localOnly }),
    ...(origin && { origin }),
    ...(source && { source }),
    ...(blockers.length > 0 && { blockers }),
    state: waits ? 'blocked' : later ? 'scheduled' : 'pending',
    by: ctx.actor,
  });
}

function twinOf(
  state: DecideReader,
  { origin, again }: CommandOf<'task.create'>,
): Rejection | undefined {
  const open = origin && again !== true ? state.openTaskOf(origin.url) : undefined;
  if (!origin || !open) return undefined;
  const message = `${open.id} was made from ${origin.ref} and is ${open.state}; to make another one say so with "again"`;
  return rejection('duplicate', message, { id: open.id, origin: origin.url });
}
