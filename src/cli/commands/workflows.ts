/** `koubou workflows …`: several tasks with an order, from one file. */
import path from 'node:path';
import type { Command } from 'commander';
import { OPERATIONS, type OutputOf } from '../../shared/contract.ts';
import type { WorkflowShown, WorkflowSummary } from '../../shared/contract-workflows.ts';
import { TASK_STATES } from '../../shared/domain/task.ts';
import type { WorkflowId } from '../../shared/ids.ts';
import { parseWorkflowId } from '../arguments.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { count, duration, paint, paintState, table, type Column } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';
import { textOf } from './order-options.ts';

export function addWorkflowCommands(program: Command, io: CliIo): void {
  const workflows = program.command('workflows').description('several tasks with an order');
  const run = workflows
    .command('run')
    .description('make all tasks of a workflow')
    .argument('<file>', 'YAML, see docs/workflows.md; - for standard input')
    .option('--dry-run', 'show what it would make, and make nothing');
  withCommonOptions(run).action(
    async (file: string, { dryRun, ...options }: CommonOptions & { dryRun?: boolean }) => {
      const yaml = await textOf(io, file, 'the workflow');
      const dir = file === '-' ? io.cwd : path.dirname(path.resolve(io.cwd, file));
      const session = await openSession(io, options);
      if (dryRun === true)
        return await showPlan(
          session,
          await session.client.call(OPERATIONS['workflows.check'], { yaml, dir }),
        );
      await show(session, await session.client.call(OPERATIONS['workflows.start'], { yaml, dir }));
    },
  );
  withCommonOptions(
    workflows.command('list').description('the latest, and how far each is'),
  ).action(async (options: CommonOptions) => list(await openSession(io, options)));
  const command = workflows
    .command('show')
    .description('its steps, and how far each is')
    .argument('<id>', 'as 2 or workflow-2', parseWorkflowId);
  withCommonOptions(command).action(async (id: WorkflowId, options: CommonOptions) => {
    const session = await openSession(io, options);
    await show(session, await session.client.call(OPERATIONS['workflows.get'], { id }));
  });
}

async function list({ io, client, json }: Session): Promise<void> {
  const told = await client.call(OPERATIONS['workflows.list'], {});
  if (json) return await writeJson(io, told);
  if (told.workflows.length === 0)
    return await writeLine(io, 'no workflows; "koubou workflows run FILE" starts one');
  const columns: Column<WorkflowSummary>[] = [
    { title: 'WORKFLOW', value: ({ id }) => id },
    { title: 'AGE', value: ({ startedAt }) => duration(Math.max(0, io.now() - startedAt)) },
    { title: 'TASKS', value: ({ tasks }) => String(tasks) },
    { title: 'STATES', value: ({ states }) => statesText(states) },
    { title: 'NAME', value: ({ name }) => name },
  ];
  await writeLine(io, table(io, columns, told.workflows));
}

/** In the order in which tasks go through them. */
function statesText(states: WorkflowSummary['states']): string {
  return TASK_STATES.flatMap((state) => {
    const tasks = states[state];
    return tasks === undefined ? [] : [`${tasks} ${state}`];
  }).join(', ');
}

async function show({ io, json }: Session, workflow: WorkflowShown): Promise<void> {
  if (json) return await writeJson(io, workflow);
  const { id, name, steps } = workflow;
  const columns: Column<(typeof steps)[number]>[] = [
    { title: 'STEP', value: ({ step }) => step },
    { title: 'TASK', value: ({ taskId }) => taskId },
    {
      title: 'STATE',
      value: ({ state }) => state,
      style: ({ state }, text) => paintState(io, state, text),
    },
    { title: 'AFTER', value: ({ after }) => briefly(after) },
    { title: 'TITLE', value: ({ title }) => title },
  ];
  await writeLine(io, `${paint(io, 'bold', id)}  ${safeLine(name)}`);
  await writeLine(io, table(io, columns, steps));
}

async function showPlan({ io, json }: Session, plan: OutputOf<'workflows.check'>): Promise<void> {
  if (json) return await writeJson(io, plan);
  const { name, steps } = plan;
  const columns: Column<(typeof steps)[number]>[] = [
    { title: 'STEP', value: ({ step }) => step },
    { title: 'PRIORITY', value: ({ priority }) => priority },
    { title: 'AFTER', value: ({ after }) => briefly(after) },
    { title: 'TITLE', value: ({ title }) => title },
  ];
  await writeLine(io, `${safeLine(name)} would make ${count(steps.length, 'task')}:`);
  await writeLine(io, table(io, columns, steps));
}

const MOST_NAMED = 3;

function briefly(names: readonly string[]): string {
  if (names.length === 0) return '-';
  const more = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
