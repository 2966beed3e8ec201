/**
 * Orders of programs on agents' PCs: checked here as everything is that comes from outside, and carried out as a person's would
 * be, within the rule of `decide-order.ts`. A task that an agent orders runs on that agent.
 */
import { createHash } from 'node:crypto';
import { actorOf, refuseCreation, refuseOrders } from '../../shared/domain/decide-order.ts';
import { needFor } from '../../shared/domain/demand.ts';
import { rejection } from '../../shared/errors.ts';
import type { AgentId, TaskId } from '../../shared/ids.ts';
import {
  readCancellation,
  readNewOrder,
  type NewOrder,
  type TaskOrder,
} from '../../shared/protocol/task-order.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { existing } from './api/existing.ts';
import { createTask, enginesOf } from './api/orders.ts';
import type { TakeOrder } from './fleet/port.ts';
import type { Forge } from './forge/port.ts';
import type { ModelSupply } from './gateway/models/port.ts';
import type { Journal, Receipt } from './journal/port.ts';
import type { WorkshopSettings } from './settings/settings.ts';

export interface TaskOrderDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'inspect'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly supply: Pick<ModelSupply, 'of'>;
}

type Creation = Extract<TaskOrder, { kind: 'create' }>;
type Cancellation = Extract<TaskOrder, { kind: 'cancel' }>;

/** Of one agent, at once: each may be a look at a repository far away. */
const MOST_AT_ONCE = 8;
/** So many of the newest tasks say which repository is meant when none is named. */
const MOST_LOOKED_AT = 100;

export function createTaskOrders(deps: TaskOrderDeps): TakeOrder {
  const busy = new Map<AgentId, number>();
  return async (agentId, order) => {
    // Before anything is read or looked at in the name of an agent that may not.
    const refused = refuseOrders(deps.journal, agentId);
    if (refused) return fail(refused);
    const count = busy.get(agentId) ?? 0;
    if (count >= MOST_AT_ONCE) {
      const message = `${agentId} has ${count} orders under way already; wait for an answer, then send it again`;
      return fail(rejection('too_many_orders', message, { agentId }));
    }
    busy.set(agentId, count + 1);
    try {
      return order.kind === 'create'
        ? await create(deps, agentId, order)
        : await cancel(deps, agentId, order);
    } finally {
      const left = (busy.get(agentId) ?? 1) - 1;
      if (left > 0) busy.set(agentId, left);
      else busy.delete(agentId);
    }
  };
}

async function create(
  { journal, forge, settings, supply }: TaskOrderDeps,
  agentId: AgentId,
  order: Creation,
): Promise<Result<TaskId>> {
  const read = readNewOrder(order.body);
  if (!read.ok) return read;
  const { task, specialty } = read.value;
  const needs = [...new Set([...task.needs, needFor(agentId)])];
  const refused = refuseCreation(journal, agentId, needs);
  if (refused) return fail(refused);
  const receipt = receiptOf(agentId, order, read.value);
  // What was accepted once is answered the same, and needs no repository for it.
  const isKnown = journal.answered(receipt) !== undefined;
  const repo = isKnown ? ok(task.repo ?? '') : repoOf(journal, task.repo);
  if (!repo.ok) return repo;
  const about = { actor: actorOf(agentId), receipt, orderedBy: agentId };
  const created = await createTask(
    journal,
    forge,
    { ...task, needs, repo: repo.value },
    { ...about, specialty: specialty ?? undefined, supply, engines: enginesOf(settings) },
  );
  return created.ok ? ok(created.value.id) : created;
}

async function cancel(
  { journal }: TaskOrderDeps,
  agentId: AgentId,
  order: Cancellation,
): Promise<Result<TaskId>> {
  const read = readCancellation(order);
  if (!read.ok) return read;
  const { taskId, reason = `cancelled through ${agentId}` } = read.value;
  const task = existing(journal, taskId);
  if (!task.ok) return task;
  const done = await journal.submit(
    { type: 'task.cancel', taskId, reason, orderedBy: agentId },
    { actor: actorOf(agentId) },
  );
  return done.ok ? ok(taskId) : done;
}

/** A key of an agent is apart from those of people and other agents: theirs have no spaces. */
function receiptOf(agentId: AgentId, { key }: Creation, order: NewOrder): Receipt {
  const hash = createHash('sha256').update(JSON.stringify(order)).digest('hex');
  return { key: `${agentId} ${key}`, hash };
}

/** Older clients name no repository: then it is the only one that the workshop works on. */
function repoOf(journal: Journal, named: string | null): Result<string> {
  if (named !== null) return ok(named);
  const tasks = journal.tasks({ limit: MOST_LOOKED_AT });
  const [only, ...others] = new Set(tasks.map(({ repo }) => repo.url));
  if (only !== undefined && others.length === 0) return ok(only);
  const why =
    only === undefined ? 'there are no tasks yet to tell which' : 'the workshop works on several';
  const message = `repo: say which repository is meant, ${why}`;
  return fail(rejection('invalid_input', message, { fields: [{ path: 'repo', message: why }] }));
}
