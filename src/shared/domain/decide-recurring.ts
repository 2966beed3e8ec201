/** Recurring tasks: made, changed, and come due. Pure. */
import { rejection, type Rejection } from '../errors.ts';
import { recurringIdOf, type RecurringId } from '../ids.ts';
import { assertNever, fail, ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import { decideCreation } from './decide-create.ts';
import type { Event } from './event.ts';
import { refuseAway } from './local-only.ts';
import type { Recurring } from './recurring.ts';
import type { DecideReader } from './state.ts';
import { isEnd } from './task.ts';

export function decideRecurring(
  state: DecideReader,
  command: CommandOf<'recurring.save' | 'recurring.fire' | 'recurring.remove'>,
  ctx: DecideContext,
): Result<Event[]> {
  switch (command.type) {
    case 'recurring.save':
      return save(state, command, ctx);
    case 'recurring.fire':
      return fire(state, command, ctx);
    case 'recurring.remove': {
      const recurringId = command.id;
      if (!state.recurring(recurringId)) return fail(noSuch(recurringId));
      return ok([{ type: 'recurring.removed', recurringId, by: ctx.actor }]);
    }
    default:
      return assertNever(command);
  }
}

function save(
  state: DecideReader,
  command: CommandOf<'recurring.save'>,
  { now, actor: by }: DecideContext,
): Result<Event[]> {
  const { type: _, id, nextAt, ...given } = command;
  const before = id === undefined ? undefined : state.recurring(id);
  if (id !== undefined && !before) return fail(noSuch(id));
  const away = refuseAway(given.pattern);
  if (away) return fail(away);
  const first = { lastAt: null, lastTask: null, createdAt: now, createdBy: by };
  const recurring: Recurring = {
    ...first,
    ...before,
    ...given,
    id: before?.id ?? recurringIdOf(state.workshop().lastRecurring + 1),
    nextAt: given.isOn ? nextAt : null,
  };
  return ok([{ type: 'recurring.saved', recurring, by }]);
}

/** A time that is not the one it waits for has been seen to already, or counts no more. */
function fire(
  state: DecideReader,
  { id, at, nextAt, byHand }: CommandOf<'recurring.fire'>,
  ctx: DecideContext,
): Result<Event[]> {
  const recurring = state.recurring(id);
  if (!recurring) return byHand ? fail(noSuch(id)) : ok([]);
  if (!byHand && recurring.nextAt !== at) return ok([]);
  const fired = { type: 'recurring.fired', recurringId: id, at } as const;
  const next = byHand ? recurring.nextAt : nextAt;
  // Whoever asks for one by hand knows of the one before.
  if (!byHand && recurring.overlap === 'skip' && isLastOpen(state, recurring))
    return ok([{ ...fired, nextAt: next, made: null }]);
  const by = byHand ? ctx.actor : recurring.createdBy;
  const order = { ...recurring.pattern, after: [], at: null };
  const made = decideCreation(state, { type: 'task.create', ...order }, { ...ctx, actor: by });
  if (!made.ok) return made;
  const { taskId } = made.value;
  return ok([
    { ...fired, nextAt: next, made: taskId },
    { ...made.value, recurring: id },
  ]);
}

function isLastOpen(state: DecideReader, { lastTask }: Recurring): boolean {
  const last = lastTask === null ? undefined : state.task(lastTask);
  return last !== undefined && !isEnd(last.state);
}

function noSuch(id: RecurringId): Rejection {
  return rejection('not_found', `there is no ${id}; "koubou recurring list" shows them`, { id });
}
