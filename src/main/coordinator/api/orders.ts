/** Tasks as they are ordered over the API, made into commands: what cannot be worked on is refused before anything is stored. */
import type { ParsedInputOf } from '../../../shared/contract.ts';
import type { CommandOf } from '../../../shared/domain/command.ts';
import { ENGINE_KINDS, type EngineChoice } from '../../../shared/domain/engine.ts';
import { chosenAmong, specFor, type EnginePolicy } from '../../../shared/domain/choose-engine.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { Specialty } from '../../../shared/domain/specialty.ts';
import { rejection } from '../../../shared/errors.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { inTurn } from '../forge/import/in-turn.ts';
import type { Forge } from '../forge/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Committed, Journal } from '../journal/port.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import type { RequestContext } from './route.ts';

/** Which engines the gateway has an account for. */
type Supply = Pick<ModelSupply, 'of'>;

type NewTask = ParsedInputOf<'tasks.create'>;

/** Who creates a task, and for whom. What an agent orders runs there, so its engine has to be there. */
export interface OrderContext extends RequestContext {
  readonly orderedBy?: AgentId;
  /** What the settings say of them. */
  readonly engines: EnginePolicy;
  readonly specialty?: Specialty | undefined;
  readonly supply: Supply;
}

/** Answered when the task is durable. */
export async function createTask(
  journal: Journal,
  forge: Pick<Forge, 'inspect'>,
  input: NewTask,
  context: OrderContext,
): Promise<Result<Task>> {
  const { actor, receipt } = context;
  // First of all: what was accepted once is answered the same, whatever has become of the repository since.
  const before = receipt && journal.answered(receipt);
  if (before) return before.ok ? firstOf(madeBy(journal, before.value)) : before;
  const order = await orderFor(journal, forge, input, context);
  if (!order.ok) return order;
  const result = await journal.submit({ type: 'task.create', ...order.value }, { actor, receipt });
  return result.ok ? firstOf(madeBy(journal, result.value)) : result;
}

/** All of them in one commit, or none: then the refusal names the first that is wrong by its place. */
export async function createMany(
  journal: Journal,
  forge: Pick<Forge, 'inspect'>,
  inputs: readonly NewTask[],
  context: OrderContext,
): Promise<Result<Task[]>> {
  const { actor, receipt } = context;
  const before = receipt && journal.answered(receipt);
  if (before) return before.ok ? ok(madeBy(journal, before.value)) : before;
  const once = inspectOnce(forge);
  const orders = await inTurn(inputs, (input) => orderFor(journal, once, input, context));
  const tasks: Order[] = [];
  for (const [index, order] of orders.entries()) {
    if (order.ok) tasks.push(order.value);
    else return fail({ ...order.error, message: `tasks.${index}: ${order.error.message}` });
  }
  const result = await journal.submit({ type: 'task.create_all', tasks }, { actor, receipt });
  return result.ok ? ok(madeBy(journal, result.value)) : result;
}

export type Order = Omit<CommandOf<'task.create'>, 'type'>;

/** A repository that cannot be read, or an engine that nobody has, is refused before anything is stored. */
export async function orderFor(
  journal: Journal,
  forge: Pick<Forge, 'inspect'>,
  input: NewTask,
  { orderedBy, specialty, engines, supply }: Omit<OrderContext, keyof RequestContext>,
): Promise<Result<Order>> {
  const { repo: place, base, engine: _, at = null, ...what } = input;
  const repo = await forge.inspect(place, base ?? null);
  if (!repo.ok) return fail(rejection(repo.error.code, repo.error.message));
  const engine = engineFor(input, { journal, supply, engines, only: orderedBy });
  if (!engine.ok) return engine;
  return ok({
    ...what,
    ...{ at, orderedBy, specialty: input.specialty ?? specialty, repo: repo.value },
    engine: withModel(engine.value, engines),
  });
}

/** Looks at each repository once, however many tasks are of it. */
export function inspectOnce(forge: Pick<Forge, 'inspect'>): Pick<Forge, 'inspect'> {
  const looked = new Map<string, ReturnType<Forge['inspect']>>();
  return {
    inspect(url, base) {
      const place = `${base ?? ''}\n${url}`;
      const answer = looked.get(place) ?? forge.inspect(url, base);
      looked.set(place, answer);
      return answer;
    },
  };
}

/** What the settings say of engines. */
export function enginesOf(settings: Pick<WorkshopSettings, 'current'>): EnginePolicy {
  return enginePolicyOf(settings.current());
}

function withModel(engine: EngineChoice, policy: EnginePolicy): EngineChoice {
  if (engine.kind !== 'claude-code') return engine;
  return { ...specFor(engine.kind, policy), ...engine };
}

/** The tasks that were created, as they stand now. */
export function madeBy(journal: Journal, { events }: Committed): Task[] {
  return events.flatMap(({ event }) =>
    event.type === 'task.created' ? (journal.task(event.taskId) ?? []) : [],
  );
}

function firstOf(tasks: readonly Task[]): Result<Task> {
  const [task] = tasks;
  if (!task) throw new Error('task.create was committed without task.created');
  return ok(task);
}

interface Among {
  readonly journal: Journal;
  readonly supply: Supply;
  readonly engines: EnginePolicy;
  readonly only: AgentId | undefined;
}

/** What is asked for; where that is nothing: what stays on the agent if it must, the only engine there is, or whichever serves best. */
function engineFor({ engine, localOnly }: NewTask, among: Among): Result<EngineChoice> {
  const isOpen = !engine || engine.kind === 'auto';
  if (localOnly === true && isOpen) return ok({ kind: 'ollama' });
  return engine ? ok(engine) : defaultEngine(among);
}

/** Of the engines that a connected agent, or the only one that counts, has ready by itself or through an account. */
function defaultEngine({ journal, supply, engines, only }: Among): Result<EngineChoice> {
  const found = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null)
    .filter(({ id, connected }) => connected && (only === undefined || id === only))
    .flatMap(({ capabilities }) => capabilities.engines);
  const isReady = new Set(found.filter(({ ready }) => ready).map(({ kind }) => kind));
  const [kind, ...more] = chosenAmong(engines).filter((one) => isReady.has(one));
  if (kind) return ok({ kind: more.length > 0 ? 'auto' : kind });
  const claude = found.find((engine) => engine.kind === 'claude-code');
  const why = claude?.why ?? 'not installed on a connected agent';
  const message = `no engine is given, and none is ready (Claude Code: ${why}). Add an account (koubou accounts add anthropic), or install an engine and log in, or give one such as command:PROGRAM`;
  return fail(rejection('engine_unavailable', message, { engines: [...ENGINE_KINDS] }));
}
