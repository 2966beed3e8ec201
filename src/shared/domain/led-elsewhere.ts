/** Tasks that another coordinator of a shared queue leads: what stands here is what that one told. Pure. */
import { rejection, type Rejection } from '../errors.ts';
import { AgentId, type SiteId } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Command, CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import type { StateReader } from './state.ts';
import type { Task } from './task.ts';

/** Whether only what another coordinator told is known of it. */
export function isLedElsewhere({ told }: Pick<Task, 'told'>): boolean {
  return told !== undefined;
}

/** What to answer to somebody who wants to change it here; `undefined`: it is led here. */
export function refuseElsewhere(task: Pick<Task, 'id' | 'site' | 'told'>): Rejection | undefined {
  if (!isLedElsewhere(task)) return undefined;
  const site = task.site ?? '';
  const message = `${task.id} is led by the coordinator "${site}"; do it in the control center there`;
  return rejection('led_elsewhere', message, { id: task.id, site });
}

const ASKED_BY_PEOPLE: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'task.update',
  'task.cancel',
  'task.retry',
  'task.approve',
  'task.send_back',
  'task.reject',
]);

/** What becomes of a command about such a task: what people ask is refused, and what is only seen here changes nothing. */
export function decideElsewhere(
  state: StateReader,
  task: Task,
  command: Command,
  { actor: by }: DecideContext,
): Result<Event[]> {
  const refused = ASKED_BY_PEOPLE.has(command.type) ? refuseElsewhere(task) : undefined;
  if (!refused) return ok([]);
  // Nothing will be heard of it any more: it may be put away.
  const isDeaf = state.workshop().site === null && task.state !== 'completed';
  if (command.type !== 'task.cancel' || !isDeaf || task.state === 'cancelled') return fail(refused);
  return ok([{ type: 'task.cancelled', taskId: task.id, reason: command.reason, by }]);
}

/** What waits in a shared queue is got there first, with its number. */
export function refuseUntaken(
  task: Task,
  { fence }: CommandOf<'task.assign'>,
): Rejection | undefined {
  const elsewhere = refuseElsewhere(task);
  if (elsewhere || task.site === null || fence !== undefined) return elsewhere;
  const { id, site } = task;
  return rejection('led_elsewhere', `${id} waits in the queue that several share`, { id, site });
}

/** The name of an agent of one coordinator at all others: `atelier@tokyo`. */
export function agentIdAt(id: AgentId, site: SiteId): AgentId {
  return id.includes('@') ? id : AgentId.parse(`${id}@${site}`);
}

/** The name of an agent here: without the place, where that is this one. */
export function agentIdHere(id: AgentId, site: SiteId): AgentId {
  return id.endsWith(`@${site}`) ? AgentId.parse(id.slice(0, id.indexOf('@'))) : id;
}
