/** `koubou queue …`: what waits and how long, the switches for all of it or a part, and clearing it. */
import { Option, type Command } from 'commander';
import {
  WAITING_STATES,
  type WaitingState,
  type WaitingTimes,
} from '../../shared/contract-queue.ts';
import type { QueueEngine } from '../../shared/contract-sites.ts';
import { OPERATIONS, type OutputOf } from '../../shared/contract.ts';
import type { QueueScope } from '../../shared/domain/state.ts';
import { PRIORITIES, TASK_STATES, type Priority } from '../../shared/domain/task.ts';
import { parseRepo } from '../arguments.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paintState, table } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

interface ScopeOptions extends CommonOptions {
  readonly priority?: Priority;
  readonly repo?: string;
}

interface ClearOptions extends ScopeOptions {
  readonly state?: WaitingState[];
  readonly yes?: boolean;
}

export function addQueueCommands(program: Command, io: CliIo): void {
  const queue = program.command('queue').description('see, hold and clear the queue');
  withCommonOptions(
    queue
      .command('status')
      .description('tasks per state, how long tasks wait, and what the next ones wait for'),
  ).action(async (options: CommonOptions) => printStatus(await openSession(io, options)));
  withScope(
    queue.command('pause').description('assign nothing until resumed, or nothing of a part'),
  ).action(async (options: ScopeOptions) => {
    const session = await openSession(io, options);
    const scope = scopeOf(io, options);
    const answer = await session.client.call(OPERATIONS['queue.pause'], { scope });
    await say(session, answer, `${partOf(scope)} is paused; what runs goes on`);
  });
  withScope(queue.command('resume').description('assign again, or again of a part')).action(
    async (options: ScopeOptions) => {
      const session = await openSession(io, options);
      const scope = scopeOf(io, options);
      const answer = await session.client.call(OPERATIONS['queue.resume'], { scope });
      await say(session, answer, goesOn(scope, answer));
    },
  );
  withScope(
    queue
      .command('clear')
      .description('cancel the tasks that wait; what runs goes on')
      .addOption(
        new Option('--state <states...>', 'only those in these states').choices(WAITING_STATES),
      )
      .option('--yes', 'do not ask'),
  ).action(async (options: ClearOptions) => clear(await openSession(io, options), options));
  withCommonOptions(
    queue
      .command('move <to>')
      .description(
        'move the queue with all tasks: redis://host:6379, which others share, or embedded',
      ),
  ).action(async (to: string, options: CommonOptions) => {
    const session = await openSession(io, options);
    const answer = await session.client.call(OPERATIONS['queue.move'], { to });
    await say(session, answer, engineWords(answer));
  });
}

function withScope(command: Command): Command {
  return withCommonOptions(command)
    .addOption(new Option('--priority <priority>', 'only of this priority').choices(PRIORITIES))
    .addOption(new Option('--repo <path-or-url>', 'only of this repository').conflicts('priority'));
}

function scopeOf({ cwd }: CliIo, { priority, repo }: ScopeOptions): QueueScope | undefined {
  if (repo !== undefined) return { repo: parseRepo(repo, cwd) };
  return priority && { priority };
}

function partOf(scope: QueueScope | undefined): string {
  if (!scope) return 'the queue';
  return 'repo' in scope
    ? `the queue of ${safeLine(scope.repo)}`
    : `the queue of ${scope.priority} tasks`;
}

type Switches = OutputOf<'queue.pause'>;
type Status = OutputOf<'queue.get'>;

/** What still holds it is said: who resumes a part of a paused queue would wait in vain. */
function goesOn(scope: QueueScope | undefined, { paused, pauses }: Switches): string {
  if (scope && paused) return `${partOf(scope)} goes on when the whole queue does, which is paused`;
  const parts = pauses.map(partOf).join(', ');
  const but = scope || pauses.length === 0 ? '' : `, but these stay paused: ${parts}`;
  return `${partOf(scope)} goes on${but}`;
}

async function clear(session: Session, options: ClearOptions): Promise<void> {
  const { io, client } = session;
  const scope = scopeOf(io, options);
  const states = options.state ?? [...WAITING_STATES];
  const { count } = await client.call(OPERATIONS['queue.count'], {
    ...scope,
    states: states.join(','),
  });
  if (count === 0) return await say(session, { cancelled: 0 }, 'nothing waits there');
  if (options.yes !== true) {
    const answer = await io.ask(
      `Cancel ${tasks(count)} of ${partOf(scope)}? Type the number to confirm: `,
      true,
    );
    if (answer === null && io.columns === undefined)
      throw new CliError(EXIT.wrongUse, 'there is no terminal to ask at: give --yes');
    if (answer?.trim() !== String(count)) throw new CliError(EXIT.failed, 'nothing was cancelled');
  }
  const answer = await client.call(OPERATIONS['queue.clear'], { scope, states, confirm: count });
  await say(session, answer, `${tasks(answer.cancelled)} cancelled`);
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

async function printStatus({ io, client, json }: Session): Promise<void> {
  const answer = await client.call(OPERATIONS['queue.get'], {});
  const engine = await client.call(OPERATIONS['queue.engine'], {});
  if (json) return await writeJson(io, { ...answer, engine });
  const counts = TASK_STATES.filter((state) => (answer.counts[state] ?? 0) > 0).map(
    (state) => `${answer.counts[state] ?? 0} ${paintState(io, state)}`,
  );
  await writeLine(io, counts.length > 0 ? counts.join(', ') : 'no tasks');
  await writeLine(io, fillOf(answer));
  if (engine.kind === 'redis') await writeLine(io, engineWords(engine));
  if (answer.paused)
    await writeLine(io, 'the queue is paused: "koubou queue resume" lets it go on');
  for (const scope of answer.pauses) await writeLine(io, `${partOf(scope)} is paused`);
  await printTimes(io, answer.times);
  if (answer.next.length === 0) return;
  const columns = [
    { title: 'NEXT', value: (row: (typeof answer.next)[number]) => row.taskId },
    { title: 'DEMANDS', value: (row: (typeof answer.next)[number]) => row.demand },
    { title: 'WAITS FOR', value: (row: (typeof answer.next)[number]) => row.waits ?? '-' },
  ];
  await writeLine(io, table(io, columns, answer.next));
  if (answer.more > 0) await writeLine(io, `and ${answer.more} more lines`);
}

function engineWords(engine: QueueEngine): string {
  if (engine.kind === 'embedded') return 'the queue is in this coordinator';
  const { address, site, sites, why, unshared } = engine;
  const own = unshared > 0 ? `; ${tasks(unshared)} stay with this one` : '';
  const shown = safeLine(address);
  if (why !== null) return `the queue at ${shown} is away: ${safeLine(why)}`;
  return `the queue is at ${shown}, shared as ${site ?? ''} by ${sites.join(', ')}${own}`;
}

function fillOf({ waiting, most, perHour }: Status): string {
  const pace = perHour === null ? '' : `; ${Math.round(perHour)} in an hour leave the queue`;
  return `${waiting} wait, of ${most} at most${pace}`;
}

async function printTimes(io: CliIo, times: readonly WaitingTimes[]): Promise<void> {
  const known = times.filter(({ of }) => of > 0);
  if (known.length === 0) return;
  const share = ({ withinTarget }: WaitingTimes): string =>
    withinTarget === null ? '-' : `${Math.floor(withinTarget * 100)} %`;
  const columns = [
    { title: 'PRIORITY', value: ({ priority }: WaitingTimes) => priority },
    { title: 'LATEST', value: ({ of }: WaitingTimes) => String(of) },
    { title: 'WAITED (HALF)', value: ({ p50Ms }: WaitingTimes) => seconds(p50Ms) },
    { title: 'WAITED (95 %)', value: ({ p95Ms }: WaitingTimes) => seconds(p95Ms) },
    { title: 'TARGET', value: ({ targetMs }: WaitingTimes) => seconds(targetMs) },
    { title: 'WITHIN', value: share },
  ];
  await writeLine(io, table(io, columns, known));
}

function seconds(ms: number | null): string {
  if (ms === null) return '-';
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

async function say({ io, json }: Session, answer: unknown, what: string): Promise<void> {
  if (json) return await writeJson(io, answer);
  await writeLine(io, what);
}
