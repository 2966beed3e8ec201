/** `koubou backup …`: copies of the workshop's database, and the way back to a moment. */
import { InvalidArgumentError, type Command } from 'commander';
import { OPERATIONS } from '../../shared/contract.ts';
import { Backup } from '../../shared/upkeep.ts';
import { dataDirOf } from '../connect.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo, type Restored } from '../io.ts';
import { parsePast } from '../past.ts';
import { bytes, count, duration, table } from '../print.ts';
import {
  openSession,
  runningOrStopped,
  withCommonOptions,
  type CommonOptions,
} from '../session.ts';

interface RestoreArguments extends CommonOptions {
  readonly at?: number;
}

export function addBackupCommands(program: Command, io: CliIo): void {
  const backup = program.command('backup').description('keep copies of the workshop, and go back');
  withCommonOptions(backup.command('create').description('make a backup now, and check it')).action(
    async (options: CommonOptions) => create(io, options),
  );
  withCommonOptions(backup.command('list').description('all backups, newest first')).action(
    async (options: CommonOptions) => list(io, options),
  );
  withCommonOptions(
    backup
      .command('restore')
      .description('bring a stopped workshop back to a moment, or to a backup')
      .argument('[name]', 'the backup (default: the newest that fits)', parseName)
      .option('--at <time>', 'the moment: "2026-12-24 08:00", or "2h ago"', (text) =>
        parsePast(text, io.now()),
      ),
  ).action(async (name: string | undefined, options: RestoreArguments) =>
    restore(io, name, options),
  );
}

function parseName(text: string): string {
  const parsed = Backup.shape.name.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('a backup is given by its name, as "koubou backup list" shows it');
}

async function create(io: CliIo, options: CommonOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const made = await client.call(OPERATIONS['backups.create'], {});
  if (json) return await writeJson(io, made);
  const size = bytes(made.size);
  await writeLine(io, `${made.name}: ${count(made.seq, 'event')}, ${size}, checked`);
}

async function list(io: CliIo, options: CommonOptions): Promise<void> {
  await runningOrStopped(
    io,
    options,
    async ({ client }) => {
      const answer = await client.call(OPERATIONS['backups.list'], {});
      if (answer.problem !== null) io.warn(`koubou: ${answer.problem}`);
      await print(io, answer.backups, options);
    },
    async (dir) => print(io, (await io.offline()).listBackups(dir), options),
  );
}

async function print(
  io: CliIo,
  backups: readonly Backup[],
  { json }: CommonOptions,
): Promise<void> {
  if (json) return await writeJson(io, { backups });
  if (backups.length === 0)
    return await writeLine(io, 'no backups yet: "koubou backup create" makes one');
  const columns = [
    { title: 'NAME', value: ({ name }: Backup) => name },
    { title: 'AGE', value: ({ at }: Backup) => duration(io.now() - at) },
    { title: 'EVENTS', value: ({ seq }: Backup) => String(seq) },
    { title: 'SIZE', value: ({ size }: Backup) => bytes(size) },
  ];
  await writeLine(io, table(io, columns, backups));
}

async function restore(
  io: CliIo,
  name: string | undefined,
  { at, data, json }: RestoreArguments,
): Promise<void> {
  const { restore: bringBack } = await io.offline();
  const restored = await bringBack(dataDirOf(io, data), {
    ...(name !== undefined && { name }),
    ...(at !== undefined && { at }),
    onStep: (step) => io.warn(`${step} …`),
  });
  if (!restored.ok) throw new CliError(EXIT.failed, restored.error);
  if (json) return await writeJson(io, restored.value);
  for (const line of linesOf(restored.value)) await writeLine(io, line);
}

function linesOf({ backup, seq, at, lost, aside, notes }: Restored): string[] {
  const when = at === null ? 'its beginning' : `event ${seq} of ${new Date(at).toLocaleString()}`;
  const from = backup === null ? 'from its log' : `from the backup ${backup}`;
  return [
    `restored to ${when}, ${from}`,
    ...notes.map((note) => `note: ${note}`),
    ...(lost.length === 0
      ? []
      : [`ran at that moment, and goes back to the queue: ${lost.join(', ')}`]),
    ...(aside === null ? [] : [`the database of before is kept as ${aside}`]),
  ];
}
