/** `koubou recurring …`: tasks that come again and again. */
import { Option, type Command } from 'commander';
import { OPERATIONS, type InputOf } from '../../shared/contract.ts';
import type { RecurringShown } from '../../shared/contract-making.ts';
import type { RecurringId } from '../../shared/ids.ts';
import { parseRecurringId, parseRepo } from '../arguments.ts';
import { writeJson, writeLine, type CliIo } from '../io.ts';
import { paint, table, type Column } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';
import { orderOf, withOrderOptions, type OrderOptions } from './order-options.ts';

interface SaveOptions extends CommonOptions, OrderOptions {
  readonly cron?: string;
  readonly timeZone?: string;
  readonly repo?: string;
  readonly title?: string;
  readonly overlap?: boolean;
  readonly on?: boolean;
  readonly off?: boolean;
}

export function addRecurringCommands(program: Command, io: CliIo): void {
  const recurring = program.command('recurring').description('tasks that come again and again');
  withCommonOptions(
    recurring.command('list').description('all of them, with their next times'),
  ).action(async (options: CommonOptions) => list(await openSession(io, options)));
  saveCommands(recurring, io);
  withCommonOptions(
    recurring
      .command('run')
      .description('make one of its tasks now')
      .argument(...ID),
  ).action(async (id: RecurringId, options: CommonOptions) => {
    const { client, json } = await openSession(io, options);
    const task = await client.call(OPERATIONS['recurring.run'], { id });
    if (json) return await writeJson(io, task);
    await writeLine(io, `${paint(io, 'bold', task.id)} is ${task.state}: ${safeLine(task.title)}`);
  });
  withCommonOptions(
    recurring
      .command('remove')
      .description('make no more of its tasks')
      .argument(...ID),
  ).action(async (id: RecurringId, options: CommonOptions) => {
    const { client, json } = await openSession(io, options);
    const answer = await client.call(OPERATIONS['recurring.remove'], { id });
    if (json) return await writeJson(io, answer);
    await writeLine(io, `${paint(io, 'bold', id)} comes no more`);
  });
}

const ID = ['<id>', 'as 3 or recurring-3', parseRecurringId] as const;

function saveCommands(recurring: Command, io: CliIo): void {
  const add = recurring
    .command('add')
    .description('make a recurring task')
    .requiredOption('--cron <fields>', CRON)
    .requiredOption('--repo <path-or-url>', 'the git repository to work on')
    .requiredOption('--title <text>', 'what to do, in one line');
  withSaveOptions(add).action(async (options: SaveOptions) => {
    const { cron = '', repo = '', title = '', timeZone = ownTimeZone(), overlap } = options;
    const task = { ...(await orderOf(io, options)), title, repo: parseRepo(repo, io.cwd) };
    await save(await openSession(io, options), {
      ...{ cron, timeZone, task, isOn: options.off !== true },
      overlap: overlap === true ? 'allow' : 'skip',
    });
  });
  const change = recurring
    .command('change')
    .description('another time, or another text')
    .argument(...ID)
    .option('--cron <fields>', CRON)
    .option('--repo <path-or-url>', 'the git repository to work on')
    .option('--title <text>', 'what to do, in one line')
    .option('--no-overlap', 'leave a time out while the task before is open')
    .addOption(new Option('--on', 'switch it on again').conflicts('off'));
  withSaveOptions(change).action(async (id: RecurringId, options: SaveOptions) => {
    const session = await openSession(io, options);
    const { recurring: now } = await session.client.call(OPERATIONS['recurring.get'], { id });
    await save(session, await changed(io, now, options));
  });
}

const CRON = 'minute hour day month weekday: "30 6 * * 1-5"';

function withSaveOptions(command: Command): Command {
  return withCommonOptions(
    withOrderOptions(
      command
        .option('--time-zone <name>', 'by the clock of Asia/Tokyo, say (default: that of this PC)')
        .option('--overlap', 'make another while the task before is open')
        .option('--off', 'keep it, but make none'),
    ),
  );
}

function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** As it stands, with what the options say over it. */
async function changed(
  io: CliIo,
  now: RecurringShown['recurring'],
  options: SaveOptions,
): Promise<InputOf<'recurring.save'>> {
  const { cron = now.cron, timeZone = now.timeZone, repo, title, overlap, on, off } = options;
  const { repo: place, ...pattern } = now.pattern;
  const given = Object.entries({ ...(await orderOf(io, options)), title }).filter(
    ([, value]) => value !== undefined,
  );
  const base = place.base === null ? {} : { base: place.base };
  const where =
    repo === undefined ? { repo: place.url, ...base } : { repo: parseRepo(repo, io.cwd) };
  return {
    ...{ id: now.id, cron, timeZone },
    overlap: overlap === undefined ? now.overlap : overlap ? 'allow' : 'skip',
    isOn: on === true || (off !== true && now.isOn),
    task: { ...pattern, ...where, ...Object.fromEntries(given) },
  };
}

async function save(
  { io, client, json }: Session,
  input: InputOf<'recurring.save'>,
): Promise<void> {
  const saved = await client.call(OPERATIONS['recurring.save'], input);
  if (json) return await writeJson(io, saved);
  const { recurring, next } = saved;
  const name = `${paint(io, 'bold', recurring.id)} ${safeLine(recurring.pattern.title)}`;
  if (!recurring.isOn) return await writeLine(io, `${name}: is off`);
  await writeLine(io, `${name}: comes`);
  for (const at of next) await writeLine(io, `  ${timeIn(at, recurring.timeZone)}`);
}

async function list({ io, client, json }: Session): Promise<void> {
  const answer = await client.call(OPERATIONS['recurring.list'], {});
  if (json) return await writeJson(io, answer);
  if (answer.recurring.length === 0) return await writeLine(io, 'no recurring tasks');
  const columns: Column<RecurringShown>[] = [
    { title: 'ID', value: ({ recurring }) => recurring.id },
    { title: 'TIMES', value: ({ recurring }) => `${recurring.cron} ${recurring.timeZone}` },
    {
      title: 'NEXT',
      value: ({ recurring: { isOn, timeZone }, next: [at] }) =>
        isOn && at !== undefined ? timeIn(at, timeZone) : 'off',
    },
    { title: 'LAST', value: ({ recurring }) => recurring.lastTask ?? '-' },
    { title: 'TITLE', value: ({ recurring }) => recurring.pattern.title },
  ];
  await writeLine(io, table(io, columns, answer.recurring));
}

/** `Mon 2026-11-23 06:30`, by the clock of the zone. */
function timeIn(at: number, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en', { timeZone, weekday: 'short' }).format(at);
  const date = new Intl.DateTimeFormat('sv', {
    ...{ timeZone, dateStyle: 'short', timeStyle: 'short' },
  }).format(at);
  return `${day} ${date}`;
}
