/** `koubou token …`: tokens with a role, by which people and programs come in besides the owner of the data folder. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { AccessId, Role } from '../../shared/access.ts';
import type { AccessInfo } from '../../shared/contract-access.ts';
import { OPERATIONS } from '../../shared/contract.ts';
import { linkWords } from '../../native/link-words.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { table, type Column } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

interface CreateOptions extends CommonOptions {
  readonly role: Role;
  readonly name?: string;
  readonly expires: number | null;
  readonly link?: boolean;
  readonly qr?: boolean;
}

export function addTokenCommands(program: Command, io: CliIo): void {
  const token = program
    .command('token')
    .description('let others in: tokens with a role, for people and programs');
  withCommonOptions(
    token
      .command('create')
      .description('make a token; it is shown this once')
      .addOption(
        new Option('--role <role>', 'viewer looks, operator works with tasks, admin may all')
          .choices(Role.options)
          .makeOptionMandatory(),
      )
      .option('--name <name>', 'what the person or device is called in the log')
      .option('--expires <days>', 'until when it counts: 12d, or never', parseDays, 30)
      .option('--link', 'open the door to the LAN, and make a link that signs a browser in')
      .option('--qr', 'with --link: its QR code, also where the output is no terminal'),
  ).action(async (options: CreateOptions) => create(io, options));
  withCommonOptions(
    token.command('list').description('the tokens that count, without them'),
  ).action(async (options: CommonOptions) => list(io, options));
  withCommonOptions(
    token
      .command('revoke')
      .description('end a token, and every connection that was opened with it')
      .argument('<token>', 'its id or name, as "koubou token list" shows them'),
  ).action(async (which: string, options: CommonOptions) => revoke(io, which, options));
}

/** `30`, `30d` or `never`. */
function parseDays(given: string): number | null {
  if (given === 'never') return null;
  const [, days = ''] = /^(\d{1,4})d?$/.exec(given) ?? [];
  if (Number(days) >= 1) return Number(days);
  throw new InvalidArgumentError('give days, as in 30d, or never');
}

async function create(io: CliIo, options: CreateOptions): Promise<void> {
  const { role, name, expires: days, link = false, qr = false } = options;
  if (qr && !link) throw new CliError(EXIT.wrongUse, '--qr goes with --link only');
  const { client, json } = await openSession(io, options);
  const made = await client.call(OPERATIONS['access.create'], {
    ...{ role, days, link },
    ...(name !== undefined && { name }),
  });
  if (json) return await writeJson(io, made);
  const { access } = made;
  const until = access.expiresAt === null ? '' : `, until ${minuteOf(access.expiresAt)}`;
  await writeLine(io, `${safeLine(access.name)} may come in as ${access.role}${until}:\n`);
  if (!made.link) return await writeLine(io, `  ${made.token}`);
  const isTerminal = io.columns !== undefined;
  const how = { qr: qr || isTerminal, colours: io.colours };
  await writeLine(io, linkWords(made.link, how));
}

async function list(io: CliIo, options: CommonOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const answer = await client.call(OPERATIONS['access.list'], {});
  if (json) return await writeJson(io, answer);
  if (answer.access.length === 0)
    return await writeLine(
      io,
      'nobody but the owner of the data folder comes in: "koubou token create --role viewer --link" lets somebody look',
    );
  await writeLine(io, table(io, COLUMNS, answer.access));
}

async function revoke(io: CliIo, which: string, options: CommonOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const { access } = await client.call(OPERATIONS['access.list'], {});
  const found = access.find(({ id, name }) => id === which || name === which);
  const id = found?.id ?? AccessId.safeParse(which).data;
  if (id === undefined)
    throw new CliError(
      EXIT.failed,
      `there is no token ${JSON.stringify(which)}: see "koubou token list"`,
    );
  const revoked = await client.call(OPERATIONS['access.revoke'], { id });
  if (json) return await writeJson(io, revoked);
  await writeLine(io, `${safeLine(revoked.name)} comes in no more`);
}

const COLUMNS: Column<AccessInfo>[] = [
  { title: 'TOKEN', value: ({ id }) => id },
  { title: 'NAME', value: ({ name }) => safeLine(name) },
  { title: 'ROLE', value: ({ role }) => role },
  {
    title: 'UNTIL',
    value: ({ expiresAt }) => (expiresAt === null ? 'never' : minuteOf(expiresAt)),
  },
  {
    title: 'LAST USED',
    value: ({ lastUsedAt }) => (lastUsedAt === null ? 'not since the start' : minuteOf(lastUsedAt)),
  },
];

/** `2026-11-22 14:03` in local time. */
function minuteOf(at: number): string {
  return new Date(at).toLocaleString('sv-SE').slice(0, 16);
}
