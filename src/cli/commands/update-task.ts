/** `koubou tasks update`: changes a task that no agent holds, and puts right what the analysis found. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { OPERATIONS, type InputOf } from '../../shared/contract.ts';
import { TASK_SIZES, TaskSize } from '../../shared/domain/analysis.ts';
import { SECURITY_LEVELS, SecurityLevel } from '../../shared/domain/security.ts';
import { SPECIALTIES, Specialty } from '../../shared/domain/specialty.ts';
import { PRIORITIES, Priority, UPSTREAM_RULES, UpstreamRule } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import { parseTaskId } from '../arguments.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paint } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';
import { factTable } from './facts.ts';

interface UpdateOptions extends CommonOptions {
  readonly title?: string;
  readonly priority?: string;
  readonly specialty?: string;
  readonly size?: string;
  readonly minutes?: number;
  readonly cost?: number;
  readonly security?: string;
  readonly location?: string;
  readonly needs?: string[];
  readonly concurrency?: string[];
  readonly after?: string[];
  readonly upstream?: string;
}

export function addUpdateCommand(tasks: Command, io: CliIo): void {
  const command = tasks
    .command('update')
    .description('change a task, and put right what was found of it')
    .argument('<task>', 'as 12 or task-12', parseTaskId);
  withCommonOptions(command)
    .option('--title <text>', 'what to do, in one line')
    .addOption(new Option('--priority <priority>', 'how soon').choices(PRIORITIES))
    .addOption(new Option('--specialty <specialty>', 'what it is about').choices(SPECIALTIES))
    .addOption(new Option('--size <size>', 'how large it is').choices(TASK_SIZES))
    .option('--minutes <count>', 'how long an attempt will take, about', parseAmount)
    .option('--cost <dollars>', 'what an attempt will cost, about', parseAmount)
    .addOption(new Option('--security <level>', 'who may see it').choices(SECURITY_LEVELS))
    .option('--location <place>', 'where its data must stay; "anywhere" for no such place')
    .option('--needs <capability...>', 'all that the agent must have; "none" for nothing')
    .option('--concurrency <key...>', 'all that one task at a time works on; "none" for nothing')
    .option('--after <id...>', 'all tasks that it waits for; "none" for nothing')
    .addOption(
      new Option('--upstream <rule>', 'when one of those is cancelled').choices(UPSTREAM_RULES),
    )
    .action(async (id: TaskId, options: UpdateOptions) => {
      const change = changeOf(id, options);
      if (Object.keys(change).length === 1)
        throw new CliError(EXIT.wrongUse, 'say what to change: see "koubou tasks update --help"');
      const session = await openSession(io, options);
      const task = await session.client.call(OPERATIONS['tasks.update'], change);
      if (session.json) return await writeJson(io, task);
      await writeLine(io, `${paint(io, 'bold', task.id)} is changed: ${safeLine(task.title)}`);
      if (task.analysis) await writeLine(io, factTable(io, task.analysis));
    });
}

function changeOf(id: TaskId, options: UpdateOptions): InputOf<'tasks.update'> {
  const { title, priority, specialty, security, location, needs, concurrency } = options;
  const { size, minutes, cost, after, upstream } = options;
  const isFact = size !== undefined || minutes !== undefined || cost !== undefined;
  return {
    id,
    ...(title !== undefined && { title }),
    ...(priority !== undefined && { priority: Priority.parse(priority) }),
    ...(specialty !== undefined && { specialty: Specialty.parse(specialty) }),
    ...(security !== undefined && { security: SecurityLevel.parse(security) }),
    ...(location !== undefined && { location: location === 'anywhere' ? null : location }),
    ...(needs && { needs: withoutNone(needs) }),
    ...(concurrency && { concurrency: withoutNone(concurrency) }),
    ...(after && { after: withoutNone(after).map(parseTaskId) }),
    ...(upstream !== undefined && { upstream: UpstreamRule.parse(upstream) }),
    ...(isFact && {
      analysis: {
        ...(size !== undefined && { size: TaskSize.parse(size) }),
        ...(minutes !== undefined && { durationMs: minutes * 60_000 }),
        ...(cost !== undefined && { costUsd: cost }),
      },
    }),
  };
}

function withoutNone(words: readonly string[]): string[] {
  return words.filter((word) => word !== 'none');
}

function parseAmount(text: string): number {
  const amount = Number(text);
  if (text.trim() !== '' && Number.isFinite(amount) && amount >= 0) return amount;
  throw new InvalidArgumentError('a number that is not negative');
}
