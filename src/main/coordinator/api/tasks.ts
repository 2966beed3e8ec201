/** Tasks over the API: what was asked, as a command; the answer from the tables it changed. */
import { OPERATIONS, type ParsedInputOf } from '../../../shared/contract.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { ENGINE_KINDS, type EngineChoice } from '../../../shared/domain/engine.ts';
import { chosenAmong, specFor, type EnginePolicy } from '../../../shared/domain/choose-engine.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { Specialty } from '../../../shared/domain/specialty.ts';
import { rejection } from '../../../shared/errors.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import { taskIdOf, taskNumberOf, type AgentId, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Forge } from '../forge/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Committed, Journal } from '../journal/port.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { readDiff, readLines } from './diff.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface TaskDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'inspect' | 'diff' | 'lines'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly supply: Supply;
}

type TaskRoutes = Pick<
  Routes,
  Exclude<Extract<keyof Routes, `tasks.${string}`>, 'tasks.find' | 'tasks.explain'>
>;

export function taskRoutes(deps: TaskDeps): TaskRoutes {
  return { ...readRoutes(deps), ...changeRoutes(deps) };
}

type ReadRoutes = Pick<
  TaskRoutes,
  'tasks.list' | 'tasks.get' | 'tasks.events' | 'tasks.attempts' | 'tasks.diff' | 'tasks.lines'
>;

function readRoutes({ journal, forge }: TaskDeps): ReadRoutes {
  return {
    'tasks.list': route(OPERATIONS['tasks.list'], ({ limit, cursor, state, q }) => {
      const before = cursor === undefined ? undefined : Number(cursor);
      if (before !== undefined && !(Number.isSafeInteger(before) && before > 0)) {
        return fail(
          rejection('invalid_input', 'cursor: is not one that this API gave', {
            fields: [{ path: 'cursor', message: 'unknown' }],
          }),
        );
      }
      const tasks = journal.tasks({ limit, before, state, q });
      const last = tasks.length === limit ? tasks.at(-1) : undefined;
      return ok({ tasks, nextCursor: last ? String(taskNumberOf(last.id)) : null });
    }),
    'tasks.get': route(OPERATIONS['tasks.get'], ({ id }) => existing(journal, id)),
    'tasks.events': route(OPERATIONS['tasks.events'], ({ id, after, limit }) => {
      const task = existing(journal, id);
      if (!task.ok) return task;
      const events = journal.taskEvents(id, after, limit);
      return ok({
        events,
        nextAfter: events.length === limit ? (events.at(-1)?.seq ?? null) : null,
      });
    }),
    'tasks.attempts': route(OPERATIONS['tasks.attempts'], ({ id }) => {
      const task = existing(journal, id);
      return task.ok ? ok({ attempts: journal.attemptsOf(id) }) : task;
    }),
    'tasks.diff': route(OPERATIONS['tasks.diff'], async (input) => {
      const task = existing(journal, input.id);
      return task.ok ? await readDiff({ journal, forge }, task.value, input) : task;
    }),
    'tasks.lines': route(OPERATIONS['tasks.lines'], async (input) => {
      const task = existing(journal, input.id);
      return task.ok ? await readLines({ journal, forge }, task.value, input) : task;
    }),
  };
}

function changeRoutes(deps: TaskDeps): Omit<TaskRoutes, keyof ReadRoutes> {
  const { journal, forge, settings, supply } = deps;
  /** Submits a command about a task and answers with the task as it stands then. */
  async function change(
    taskId: TaskId,
    command: Command,
    { actor, receipt }: RequestContext,
  ): Promise<Result<Task>> {
    const result = await journal.submit(command, { actor, receipt });
    return result.ok ? existing(journal, taskId) : result;
  }

  return {
    'tasks.create': route(OPERATIONS['tasks.create'], (input, context) =>
      createTask(journal, forge, input, { ...context, supply, engines: enginesOf(settings) }),
    ),
    'tasks.update': route(OPERATIONS['tasks.update'], ({ id, ...rest }, context) =>
      change(id, { type: 'task.update', taskId: id, ...rest }, context),
    ),
    'tasks.delete': route(OPERATIONS['tasks.delete'], ({ id }, context) =>
      change(id, { type: 'task.cancel', taskId: id, reason: 'cancelled by hand' }, context),
    ),
    'tasks.cancel': route(OPERATIONS['tasks.cancel'], ({ id, reason }, context) =>
      change(id, { type: 'task.cancel', taskId: id, reason }, context),
    ),
    'tasks.retry': route(OPERATIONS['tasks.retry'], ({ id }, context) =>
      change(id, { type: 'task.retry', taskId: id }, context),
    ),
    'tasks.approve': route(OPERATIONS['tasks.approve'], ({ id }, context) =>
      change(id, { type: 'task.approve', taskId: id }, context),
    ),
    'tasks.send_back': route(OPERATIONS['tasks.send_back'], ({ id, ...said }, context) =>
      change(id, { type: 'task.send_back', taskId: id, ...said }, context),
    ),
    'tasks.reject': route(OPERATIONS['tasks.reject'], ({ id, comment }, context) =>
      change(id, { type: 'task.reject', taskId: id, comment }, context),
    ),
  };
}

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

/** A repository that cannot be read, or an engine that nobody has, is refused before anything is stored. */
export async function createTask(
  journal: Journal,
  forge: Pick<Forge, 'inspect'>,
  input: NewTask,
  { actor, receipt, orderedBy, specialty, engines, supply }: OrderContext,
): Promise<Result<Task>> {
  // First of all: what was accepted once is answered the same, whatever has become of the repository since.
  const before = receipt && journal.answered(receipt);
  if (before) return before.ok ? createdBy(journal, before.value) : before;
  const { title, body, priority, needs, after, at = null, origin, again } = input;
  const { source, blockers, localOnly } = input;
  const repo = await forge.inspect(input.repo, input.base ?? null);
  if (!repo.ok) return fail(rejection(repo.error.code, repo.error.message));
  const among = { journal, supply, engines, only: orderedBy };
  const engine = engineFor(input, among);
  if (!engine.ok) return engine;
  const what = { title, body, priority, needs, after, at, origin, again, orderedBy, localOnly };
  const taken = { source, blockers, specialty: input.specialty ?? specialty };
  const about = { ...what, ...taken, repo: repo.value, engine: withModel(engine.value, engines) };
  const result = await journal.submit({ type: 'task.create', ...about }, { actor, receipt });
  return result.ok ? createdBy(journal, result.value) : result;
}

/** What the settings say of engines. */
export function enginesOf(settings: Pick<WorkshopSettings, 'current'>): EnginePolicy {
  return enginePolicyOf(settings.current());
}

function withModel(engine: EngineChoice, policy: EnginePolicy): EngineChoice {
  if (engine.kind !== 'claude-code') return engine;
  return { ...specFor(engine.kind, policy), ...engine };
}

function createdBy(journal: Journal, { events }: Committed): Result<Task> {
  const created = events.find(({ event }) => event.type === 'task.created')?.event;
  if (created?.type !== 'task.created')
    throw new Error('task.create was committed without task.created');
  return existing(journal, created.taskId);
}

/** The task, or a refusal that tells which ones there are. */
export function existing(journal: Journal, id: TaskId): Result<Task> {
  const task = journal.task(id);
  if (task) return ok(task);
  const { lastTask } = journal.workshop();
  const known =
    lastTask === 0 ? 'there are no tasks yet' : `the newest task is ${taskIdOf(lastTask)}`;
  return fail(rejection('not_found', `there is no ${id}; ${known}`, { id }));
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
