/** Workflows over the API: read, spread out over their items, and made in one commit; shown by their tasks afterwards. */
import path from 'node:path';
import { OPERATIONS, type ParsedInputOf } from '../../../shared/contract.ts';
import type { WorkflowShown, WorkflowSummary } from '../../../shared/contract-workflows.ts';
import type { WorkflowTask } from '../../../shared/domain/command.ts';
import { NewTask, type Task } from '../../../shared/domain/task.ts';
import {
  expandWorkflow,
  MOST_WORKFLOW_ITEMS,
  MOST_WORKFLOW_TASKS,
  placeOfStep,
  type PlannedTask,
  type WorkflowFile,
  type WorkflowFileStep,
} from '../../../shared/domain/workflow.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import { workflowIdOf, type WorkflowId } from '../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { inTurn } from '../forge/import/in-turn.ts';
import type { Forge } from '../forge/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Committed, Journal } from '../journal/port.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { invalidInput } from './answer.ts';
import { enginesOf, inspectOnce, orderFor } from './orders.ts';
import type { Routes } from './rest.ts';
import { route, type RequestContext } from './route.ts';
import { readWorkflow } from './workflow-file.ts';

export interface WorkflowRouteDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'inspect' | 'survey'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  readonly supply: Pick<ModelSupply, 'of'>;
}

type WorkflowRoutes = Pick<Routes, Extract<keyof Routes, `workflows.${string}`>>;

export function workflowRoutes(deps: WorkflowRouteDeps): WorkflowRoutes {
  const { journal } = deps;
  return {
    'workflows.check': route(OPERATIONS['workflows.check'], async (input) => {
      const plan = await planOf(deps, input);
      if (!plan.ok) return plan;
      const { name, steps } = plan.value;
      const shown = steps.map(({ key, after, task: { title, repo, priority } }) => ({
        ...{ step: key, title, repo: repo.url, priority, after: [...after] },
      }));
      return ok({ name, steps: shown });
    }),
    'workflows.start': route(OPERATIONS['workflows.start'], (input, context) =>
      start(deps, input, context),
    ),
    'workflows.list': route(OPERATIONS['workflows.list'], ({ limit }) =>
      ok({ workflows: latest(journal, limit) }),
    ),
    'workflows.get': route(OPERATIONS['workflows.get'], ({ id }) => show(journal, id)),
  };
}

type Input = ParsedInputOf<'workflows.start'>;

async function start(
  deps: WorkflowRouteDeps,
  input: Input,
  { actor, receipt }: RequestContext,
): Promise<Result<WorkflowShown>> {
  const { journal } = deps;
  const before = receipt && journal.answered(receipt);
  if (before) return before.ok ? started(journal, before.value) : before;
  const plan = await planOf(deps, input);
  if (!plan.ok) return plan;
  const result = await journal.submit(
    { type: 'workflow.start', ...plan.value },
    { actor, receipt },
  );
  return result.ok ? started(journal, result.value) : result;
}

interface Plan {
  readonly name: string;
  readonly steps: WorkflowTask[];
}

async function planOf(deps: WorkflowRouteDeps, { yaml, dir }: Input): Promise<Result<Plan>> {
  const { journal, forge, settings, supply } = deps;
  const read = readWorkflow(yaml);
  if (!read.ok) return read;
  const items = await itemsOf(forge, read.value, dir);
  if (!items.ok) return items;
  const planned = expandWorkflow(read.value, ({ id }) => items.value.get(id) ?? []);
  if (planned.length > MOST_WORKFLOW_TASKS) {
    const message = `${read.value.name} would make ${planned.length} tasks; a workflow makes at most ${MOST_WORKFLOW_TASKS}`;
    return fail(rejection('invalid_input', message));
  }
  const once = inspectOnce(forge);
  const about = { engines: enginesOf(settings), supply };
  const orders = await inTurn(planned, async (one) => {
    const input = taskOf(one, dir);
    return input.ok ? await orderFor(journal, once, input.value, about) : input;
  });
  const steps: WorkflowTask[] = [];
  for (const [n, order] of orders.entries()) {
    const { key = '', after = [] } = planned[n] ?? {};
    if (!order.ok) return fail(named(order.error, key));
    const { after: _, ...task } = order.value;
    steps.push({ key, after, task });
  }
  return ok({ name: read.value.name, steps });
}

function taskOf({ task }: PlannedTask, dir: string | undefined): Result<NewTask> {
  if (task.repo === undefined)
    return fail(rejection('invalid_input', 'no repository is named: give "repo"'));
  const parsed = NewTask.safeParse({ ...task, repo: placed(task.repo, dir) });
  return parsed.success ? ok(parsed.data) : fail(invalidInput(parsed.error));
}

function named({ code, message, details }: Rejection, key: string): Rejection {
  return rejection(code, `${key}: ${message}`, details);
}

/** The items of each step that has some, by its id. */
async function itemsOf(
  forge: WorkflowRouteDeps['forge'],
  workflow: WorkflowFile,
  dir: string | undefined,
): Promise<Result<Map<string, string[]>>> {
  const found = new Map<string, string[]>();
  for (const step of workflow.steps) {
    const { files, repos, items = repos } = step.forEach ?? {};
    if (items) found.set(step.id, [...new Set(items)]);
    if (files === undefined) continue;
    const matching = await filesOf(forge, workflow, step, files, dir);
    if (!matching.ok) return fail(named(matching.error, step.id));
    found.set(step.id, matching.value);
  }
  return ok(found);
}

async function filesOf(
  forge: WorkflowRouteDeps['forge'],
  workflow: WorkflowFile,
  step: WorkflowFileStep,
  pattern: string,
  dir: string | undefined,
): Promise<Result<string[]>> {
  const { repo, base } = placeOfStep(workflow, step);
  if (repo === undefined)
    return fail(rejection('invalid_input', 'no repository is named: give "repo"'));
  const place = await forge.inspect(placed(repo, dir), base ?? null);
  if (!place.ok) return fail(rejection(place.error.code, place.error.message));
  const isWanted = (file: string): boolean => path.posix.matchesGlob(file, pattern);
  const query = { isWanted, file: '.koubou.yaml', mostBytes: 1 };
  const survey = await forge.survey(place.value, query);
  if (!survey.ok) return fail(rejection(survey.error.code, survey.error.message));
  const files = [...survey.value.found];
  const { length } = files;
  if (length > 0 && length <= MOST_WORKFLOW_ITEMS) return ok(files);
  const message =
    length === 0
      ? `no file of ${repo} is like ${pattern}`
      : `${length} files of ${repo} are like ${pattern}; a step has at most ${MOST_WORKFLOW_ITEMS}`;
  return fail(rejection('invalid_input', message));
}

/** A relative path is one from the folder of the file. */
function placed(repo: string, dir: string | undefined): string {
  const isElsewhere = /^(?:[a-z][a-z0-9+.-]*:\/\/|[^/\\]+:|~)/i.test(repo);
  return dir === undefined || isElsewhere ? repo : path.resolve(dir, repo);
}

function started(journal: Journal, { events }: Committed): Result<WorkflowShown> {
  const event = events.find(({ event: { type } }) => type === 'workflow.started')?.event;
  if (event?.type !== 'workflow.started')
    throw new Error('workflow.start was committed without workflow.started');
  return show(journal, event.workflowId);
}

/** Newest first. */
function latest(journal: Journal, limit: number): WorkflowSummary[] {
  const { lastWorkflow } = journal.workshop();
  const count = Math.min(limit, lastWorkflow);
  const ids = Array.from({ length: count }, (_, back) => workflowIdOf(lastWorkflow - back));
  return ids.flatMap((id) => {
    const tasks = tasksOf(journal, id);
    const [first] = tasks;
    if (!first?.workflow) return [];
    const states: WorkflowSummary['states'] = {};
    for (const { state } of tasks) states[state] = (states[state] ?? 0) + 1;
    const { workflow, createdAt: startedAt } = first;
    return [{ id, name: workflow.name, startedAt, tasks: tasks.length, states }];
  });
}

/** In the order in which they were made. */
function tasksOf(journal: Journal, workflow: WorkflowId): Task[] {
  return journal.tasks({ limit: MOST_WORKFLOW_TASKS, workflow }).toReversed();
}

function show(journal: Journal, id: WorkflowId): Result<WorkflowShown> {
  const tasks = tasksOf(journal, id);
  const name = tasks[0]?.workflow?.name;
  if (name === undefined) {
    const { lastWorkflow } = journal.workshop();
    const known =
      lastWorkflow === 0 ? 'none was started yet' : `the newest is ${workflowIdOf(lastWorkflow)}`;
    return fail(rejection('not_found', `there is no ${id}; ${known}`, { id }));
  }
  const steps = tasks.map(({ id: taskId, title, state, after, workflow }) => ({
    ...{ step: workflow?.step ?? '', taskId, title, state, after },
  }));
  return ok({ id, name, steps });
}
