/** `koubou tasks …`: what there is to do with tasks. */
import { Option, type Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import {
  TASK_STATES,
  TaskState,
  UPSTREAM_RULES,
  UpstreamRule,
  type Task,
} from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { parseRepo, parseTaskId, parseTime } from '../arguments.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { count, duration, paint, paintState, table, type Column } from '../print.ts';
import { safeLine, safeText } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';
import { addAttachCommand } from './attach.ts';
import { orderOf, withOrderOptions, type OrderOptions } from './order-options.ts';
import { approve, printDiff } from './review.ts';
import { printTests } from './tests.ts';
import { printLogs, watch } from './watch.ts';
import { explainTask } from './explain.ts';
import { showTask } from './show.ts';
import { addUpdateCommand } from './update-task.ts';

export function addTaskCommands(program: Command, io: CliIo): void {
  const tasks = program.command('tasks').description('add tasks, see them, review them');
  addCommand(tasks, io);
  batchCommand(tasks, io);
  listCommand(tasks, io);
  watchCommands(tasks, io);
  reviewCommands(tasks, io);
  addAttachCommand(tasks, io);
  addUpdateCommand(tasks, io);
  onTask(tasks, io, 'show', 'one task with its attempts', showTask);
  onTask(tasks, io, 'explain', 'why a task waits, or went where it went', explainTask);
  onTask(tasks, io, 'retry', 'queue a failed task again', async (session, id) => {
    await say(
      session,
      await session.client.call(OPERATIONS['tasks.retry'], { id }),
      'is queued again',
    );
  });
}

interface AddOptions extends CommonOptions, OrderOptions {
  readonly repo: string;
  readonly title: string;
  readonly at?: number;
  readonly after?: TaskId[];
  readonly upstream?: string;
  readonly batch?: string;
}

function addCommand(tasks: Command, io: CliIo): void {
  const command = tasks
    .command('add')
    .description('create a task')
    .requiredOption('--repo <path-or-url>', 'the git repository to work on')
    .requiredOption('--title <text>', 'what to do, in one line')
    .option('--at <time>', 'not before 2026-12-24T08:00, or +30m', (text) =>
      parseTime(text, io.now()),
    )
    .option(
      '--after <id...>',
      'not before these tasks are completed',
      (text, before: TaskId[] | undefined) => [...(before ?? []), parseTaskId(text)],
    )
    .addOption(
      new Option(
        '--upstream <rule>',
        'when one of those is cancelled: wait, or skip it too',
      ).choices(UPSTREAM_RULES),
    )
    .option('--batch <name>', 'a name that several tasks share');
  withCommonOptions(withOrderOptions(command)).action(async (options: AddOptions) => {
    const { title, at, after, upstream, batch } = options;
    const order = await orderOf(io, options);
    const session = await openSession(io, options);
    const task = await session.client.call(OPERATIONS['tasks.create'], {
      ...order,
      ...{ title, at, after, batch, repo: parseRepo(options.repo, io.cwd) },
      upstream: upstream === undefined ? undefined : UpstreamRule.parse(upstream),
    });
    await say(session, task, `is ${task.state}; follow it with "koubou tasks watch ${task.id}"`);
  });
}

function batchCommand(tasks: Command, io: CliIo): void {
  const command = tasks
    .command('cancel-batch')
    .description('cancel all tasks of a batch that have not ended')
    .argument('<name>', 'as given with --batch')
    .option('-m, --reason <text>', 'why');
  withCommonOptions(command).action(
    async (batch: string, options: CommonOptions & { reason?: string }) => {
      const { client, json } = await openSession(io, options);
      const { reason } = options;
      const answer = await client.call(OPERATIONS['tasks.cancel_batch'], { batch, reason });
      if (json) return await writeJson(io, answer);
      await writeLine(io, `${count(answer.cancelled.length, 'task')} cancelled`);
      for (const { id, error } of answer.refused) io.warn(`${id}: ${safeLine(error.message)}`);
    },
  );
}

interface ListOptions extends CommonOptions {
  readonly state?: string;
  readonly batch?: string;
  readonly search?: string;
  readonly limit: string;
}

function listCommand(tasks: Command, io: CliIo): void {
  withCommonOptions(tasks.command('list').description('tasks, newest first'))
    .addOption(new Option('--state <state>', 'only those in this state').choices(TASK_STATES))
    .option('--batch <name>', 'only those of this batch')
    .option('--search <words>', 'only those with all these words in the title')
    .option('--limit <count>', 'at most so many (1 to 500)', '50')
    .action(async (options: ListOptions) => {
      const session = await openSession(io, options);
      const state = options.state === undefined ? undefined : TaskState.parse(options.state);
      const answer = await session.client.call(OPERATIONS['tasks.list'], {
        state,
        batch: options.batch,
        q: options.search,
        limit: options.limit,
      });
      if (session.json) return await writeJson(io, answer);
      if (answer.tasks.length === 0) return await writeLine(io, 'no tasks');
      await writeLine(io, table(io, columns(io), answer.tasks));
      if (answer.nextCursor !== null) io.warn('there are more; use --limit, --state or --search');
    });
}

function columns(io: CliIo): Column<Task>[] {
  return [
    { title: 'TASK', value: (task) => task.id },
    {
      title: 'STATE',
      value: (task) => task.state,
      style: (task, text) => paintState(io, task.state, text),
    },
    { title: 'PRIORITY', value: (task) => task.priority },
    { title: 'AGE', value: (task) => duration(io.now() - task.createdAt) },
    { title: 'TITLE', value: (task) => task.title },
  ];
}

function watchCommands(tasks: Command, io: CliIo): void {
  const command = tasks.command('watch').description('print what happens, as it happens');
  withCommonOptions(command.argument('[task]', ID_HELP, parseTaskId)).action(
    async (id: TaskId | undefined, options: CommonOptions) => {
      await watch(await openSession(io, options), id);
    },
  );
  withCommonOptions(taskCommand(tasks, 'logs', 'the terminal of the newest attempt'))
    .option('-f, --follow', 'go on until the attempt ends')
    .action(async (id: TaskId, options: CommonOptions & { follow?: boolean }) => {
      await printLogs(await openSession(io, options), id, options.follow ?? false);
    });
}

function reviewCommands(tasks: Command, io: CliIo): void {
  onTask(tasks, io, 'diff', 'the change that is up for review', printDiff);
  onTask(tasks, io, 'tests', 'what the tests of the newest attempt said', printTests);
  onTask(tasks, io, 'approve', 'merge the change', approve);
  withCommonOptions(
    taskCommand(tasks, 'send-back', 'ask for changes: a new attempt gets the comment'),
  )
    .requiredOption('-m, --comment <text>', 'what is to be different')
    .action(async (id: TaskId, options: CommonOptions & { comment: string }) => {
      const session = await openSession(io, options);
      const task = await session.client.call(OPERATIONS['tasks.send_back'], {
        id,
        comment: options.comment,
      });
      await say(session, task, 'goes to a new attempt with your comment');
    });
  withCommonOptions(taskCommand(tasks, 'reject', 'refuse the change for good'))
    .option('-m, --comment <text>', 'why')
    .action(async (id: TaskId, options: CommonOptions & { comment?: string }) => {
      const session = await openSession(io, options);
      const task = await session.client.call(OPERATIONS['tasks.reject'], {
        id,
        comment: options.comment,
      });
      await say(session, task, 'is rejected');
    });
  withCommonOptions(taskCommand(tasks, 'cancel', 'cancel a task and stop what runs for it'))
    .option('-m, --reason <text>', 'why')
    .action(async (id: TaskId, options: CommonOptions & { reason?: string }) => {
      const session = await openSession(io, options);
      const task = await session.client.call(OPERATIONS['tasks.cancel'], {
        id,
        reason: options.reason,
      });
      await say(session, task, 'is cancelled');
    });
}

const ID_HELP = 'as 12 or task-12';

function taskCommand(tasks: Command, name: string, description: string): Command {
  return tasks.command(name).description(description).argument('<task>', ID_HELP, parseTaskId);
}

function onTask(
  tasks: Command,
  io: CliIo,
  name: string,
  description: string,
  run: (session: Session, id: TaskId) => Promise<void>,
): void {
  withCommonOptions(taskCommand(tasks, name, description)).action(
    async (id: TaskId, options: CommonOptions) => {
      await run(await openSession(io, options), id);
    },
  );
}

async function say({ io, json }: Session, task: Task, what: string): Promise<void> {
  if (json) return await writeJson(io, task);
  await writeLine(
    io,
    `${paint(io, 'bold', task.id)} ${safeText(what, false)}: ${safeLine(task.title)}`,
  );
}
