/** Tasks over the API: what was asked, as a command; the answer from the tables it changed. */
import { OPERATIONS } from '../../../shared/contract.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Forge } from '../forge/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { cancelBatch } from './batches.ts';
import { readDiff, readLines } from './diff.ts';
import { existing } from './existing.ts';
import { createMany, createTask, enginesOf } from './orders.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';

export interface TaskDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'inspect' | 'diff' | 'lines'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly supply: Pick<ModelSupply, 'of'>;
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
    'tasks.list': route(OPERATIONS['tasks.list'], ({ limit, cursor, state, batch, q }) => {
      const before = cursor === undefined ? undefined : Number(cursor);
      if (before !== undefined && !(Number.isSafeInteger(before) && before > 0)) {
        return fail(
          rejection('invalid_input', 'cursor: is not one that this API gave', {
            fields: [{ path: 'cursor', message: 'unknown' }],
          }),
        );
      }
      const tasks = journal.tasks({ limit, before, state, batch, q });
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
    'tasks.create_many': route(OPERATIONS['tasks.create_many'], async (input, context) => {
      const { batch } = input;
      const named = input.tasks.map((task) => ({ ...(batch !== undefined && { batch }), ...task }));
      const about = { ...context, supply, engines: enginesOf(settings) };
      const tasks = await createMany(journal, forge, named, about);
      return tasks.ok ? ok({ tasks: tasks.value }) : tasks;
    }),
    'tasks.cancel_batch': route(OPERATIONS['tasks.cancel_batch'], (input, { actor }) =>
      cancelBatch(journal, input, actor),
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
