/** Several tasks in one commit: all are made or none, and all are cancelled that can be. Pure. */
import { rejection, type Rejection } from '../errors.ts';
import { workflowIdOf, type TaskId } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext, WorkflowTask } from './command.ts';
import { decideCreation } from './decide-create.ts';
import { draftOver } from './draft.ts';
import type { Event } from './event.ts';
import { cycleIn, inOrder, wayInWords } from './graph.ts';
import type { DecideReader } from './state.ts';

export function decideMany(
  state: DecideReader,
  command: CommandOf<'workflow.start' | 'task.create_all'>,
  ctx: DecideContext,
): Result<Event[]> {
  return command.type === 'workflow.start'
    ? startWorkflow(state, command, ctx)
    : createAll(state, command, ctx);
}

/** None of them changes what becomes of another. @param cancel decides one */
export function cancelAll(
  { taskIds, reason }: CommandOf<'task.cancel_all'>,
  cancel: (command: CommandOf<'task.cancel'>) => Result<Event[]>,
): Event[] {
  return [...new Set(taskIds)].flatMap((taskId) => {
    const decision = cancel({ type: 'task.cancel', taskId, reason });
    return decision.ok ? decision.value : [];
  });
}

function createAll(
  state: DecideReader,
  { tasks }: CommandOf<'task.create_all'>,
  ctx: DecideContext,
): Result<Event[]> {
  const draft = draftOver(state, ctx);
  for (const [index, task] of tasks.entries()) {
    const made = decideCreation(draft, { type: 'task.create', ...task }, ctx);
    if (!made.ok) return fail(named(made.error, `tasks.${index}`));
    draft.take([made.value]);
  }
  return ok([...draft.events]);
}

function startWorkflow(
  state: DecideReader,
  { name, steps }: CommandOf<'workflow.start'>,
  ctx: DecideContext,
): Result<Event[]> {
  const refused = refuseOrder(steps);
  if (refused) return fail(refused);
  const draft = draftOver(state, ctx);
  const workflowId = workflowIdOf(state.workshop().lastWorkflow + 1);
  const ids = new Map<string, TaskId>();
  for (const { key, after, task } of inOrder(steps)) {
    const waitsFor = after.flatMap((other) => ids.get(other) ?? []);
    const command = { type: 'task.create', ...task, after: waitsFor } as const;
    const made = decideCreation(draft, command, ctx);
    if (!made.ok) return fail(named(made.error, key));
    const workflow = { id: workflowId, name, step: key };
    draft.take([{ ...made.value, workflow }]);
    ids.set(key, made.value.taskId);
  }
  const tasks = [...ids.values()];
  return ok([
    { type: 'workflow.started', workflowId, name, tasks, by: ctx.actor },
    ...draft.events,
  ]);
}

/** Why steps with these keys can stand in no order. */
function refuseOrder(steps: readonly WorkflowTask[]): Rejection | null {
  const keys = new Set<string>();
  for (const { key } of steps) {
    if (keys.has(key)) return rejection('invalid_input', `two steps are called ${key}`);
    keys.add(key);
  }
  for (const { key, after } of steps) {
    const unknown = after.find((other) => !keys.has(other));
    if (unknown === undefined) continue;
    const message = `${key} is to come after ${unknown}, and there is no such step`;
    return rejection('unknown_dependency', message, { id: unknown });
  }
  const way = cycleIn(steps);
  if (!way) return null;
  const message = `steps wait for each other: ${wayInWords(way)}. Leave one of these out`;
  return rejection('dependency_cycle', message, { path: way });
}

function named({ code, message, details }: Rejection, what: string): Rejection {
  return rejection(code, `${what}: ${message}`, details);
}
