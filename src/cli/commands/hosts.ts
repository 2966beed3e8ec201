/** `koubou agents add`, `koubou agents remove` and `koubou doctor --host`: PCs that become agents over SSH, or cease to be. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { z } from 'zod';
import { OPERATIONS } from '../../shared/contract.ts';
import { AgentProfile } from '../../shared/domain/agent.ts';
import { Specialty, SPECIALTIES } from '../../shared/domain/specialty.ts';
import type { AgentId } from '../../shared/ids.ts';
import type { NewHost, PreflightItem, Provisioning } from '../../shared/provisioning.ts';
import { parseAgentId } from '../arguments.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paint, table, type Column } from '../print.ts';
import { followToEnd } from '../provisionings.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

interface AddOptions extends CommonOptions {
  readonly file?: string;
  readonly name?: string;
  readonly group?: readonly string[];
  readonly location?: string;
  readonly clearance?: AgentProfile['clearance'];
  readonly specialty?: readonly Specialty[];
  readonly mac?: string;
  readonly slots?: number;
  readonly system?: boolean;
  readonly mayOrder?: boolean;
  readonly yesHostKey?: readonly string[];
}

const TARGET =
  'user@host, user@host:port, a range such as user@10.0.0.[10-20], or a name of your ssh config';

/** @param agents the command `koubou agents` */
export function addHostCommands(agents: Command, io: CliIo): void {
  const add = agents
    .command('add')
    .description('make PCs agents over SSH')
    .argument('[hosts...]', TARGET)
    .option(
      '--file <file>',
      'a list of hosts, by lines or as CSV with a header; - for standard input',
    )
    .option('--name <name>', 'what the PC is called here (default: its own name)')
    .option('--group <name>', 'a group it belongs to; may be given again', gather)
    .option('--location <text>', 'where it stands')
    .addOption(
      new Option('--clearance <level>', 'the most confidential work it may see').choices([
        'public',
        'internal',
        'confidential',
      ]),
    )
    .option('--specialty <name>', 'what it is for; may be given again', gatherSpecialty)
    .option('--mac <address>', 'hardware address that wakes it')
    .option('--slots <count>', 'tasks it works on at once', parseSlots)
    .option('--system', 'install for the whole system, as root or with sudo')
    .option('--may-order', 'programs on it may order tasks through its own API')
    .option(
      '--yes-host-key <fingerprint>',
      'trust a host that shows this key (SHA256:…); may be given again',
      gather,
    );
  withCommonOptions(add).action(async (hosts: string[], options: AddOptions) => {
    const session = await openSession(io, options);
    await addHosts(session, await hostsOf(session, hosts, options), options);
  });
  addRemove(agents, io);
}

function addRemove(agents: Command, io: CliIo): void {
  const remove = agents
    .command('remove')
    .description('forget an agent that holds no work')
    .argument('<agent>', 'its id, as "koubou agents list" shows it', parseAgentId)
    .option('--uninstall', 'first remove it from its PC over SSH, with all that was made there');
  withCommonOptions(remove).action(
    async (id: AgentId, options: CommonOptions & { readonly uninstall?: boolean }) => {
      const session = await openSession(io, options);
      if (options.uninstall === true) return await uninstall(session, id);
      await session.client.call(OPERATIONS['agents.delete'], { id });
      if (session.json) return await writeJson(io, { removed: id });
      await writeLine(io, `${paint(io, 'bold', id)} is removed`);
    },
  );
}

/** Looks at a host and prints the report; fails when it cannot be an agent. */
export async function checkHost(session: Session, target: string): Promise<void> {
  const { io, client, json } = session;
  const begun = await client.call(OPERATIONS['hosts.check'], { target });
  const [ended] = await followToEnd(session, [begun], { keys: [] });
  if (!ended) throw new Error('a check without an end');
  if (json) await writeJson(io, ended);
  else if (ended.report.length > 0)
    await writeLine(io, `\n${table(io, columnsFor(io), ended.report)}`);
  if (ended.state !== 'done') throw new CliError(EXIT.failed, whyOf(ended));
}

const STYLES = { good: 'green', note: 'yellow', bad: 'yellow', missing: 'red' } as const;

function columnsFor(io: CliIo): readonly Column<PreflightItem>[] {
  return [
    {
      title: '',
      value: ({ verdict }) => verdict,
      style: ({ verdict }, text) => paint(io, STYLES[verdict], text),
    },
    { title: 'WHAT', value: ({ name }) => name },
    { title: 'FOUND', value: ({ found }) => found },
    { title: 'WANTED', value: ({ wanted }) => wanted },
    { title: 'WHAT TO DO', value: ({ advice }) => advice },
  ];
}

async function hostsOf(
  { io, client }: Session,
  given: readonly string[],
  options: AddOptions,
): Promise<z.input<typeof NewHost>[]> {
  const lines = [
    ...given,
    ...(options.file === undefined ? [] : [await readList(io, options.file)]),
  ];
  if (lines.length === 0)
    throw new CliError(EXIT.wrongUse, `say which PCs: ${TARGET}; or a list with --file`);
  const { hosts, mistakes } = await client.call(OPERATIONS['hosts.parse'], {
    text: lines.join('\n'),
  });
  if (mistakes.length > 0) {
    for (const { line, message } of mistakes) io.warn(`line ${line}: ${safeLine(message)}`);
    throw new CliError(EXIT.wrongUse, 'nothing was added: correct the list first');
  }
  const isSingle = options.name !== undefined || options.mac !== undefined;
  if (isSingle && hosts.length > 1)
    throw new CliError(EXIT.wrongUse, '--name and --mac are for a single PC');
  return hosts.map((host) => withOptions(host, options));
}

async function readList(io: CliIo, file: string): Promise<string> {
  if (file === '-') return await io.readInput();
  try {
    return await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT.wrongUse, `cannot read ${file}: ${why}`, { cause: error });
  }
}

/** What the list says of a host counts; options say the rest. */
function withOptions(host: NewHost, options: AddOptions): z.input<typeof NewHost> {
  const { profile } = host;
  const name = host.name ?? options.name;
  const slots = host.slots ?? options.slots;
  const wake = AgentProfile.shape.wakeAddress.safeParse(options.mac?.toLowerCase() ?? null);
  if (!wake.success)
    throw new CliError(EXIT.wrongUse, `--mac: ${wake.error.issues[0]?.message ?? ''}`);
  return {
    target: host.target,
    install: options.system === true ? 'system' : host.install,
    ...(name !== undefined && { name }),
    ...(slots !== undefined && { slots }),
    profile: {
      groups: [...new Set([...profile.groups, ...(options.group ?? [])])],
      location: profile.location ?? options.location ?? null,
      clearance: options.clearance ?? profile.clearance,
      specialties: [...new Set([...profile.specialties, ...(options.specialty ?? [])])],
      wakeAddress: profile.wakeAddress ?? wake.data,
      mayOrder: profile.mayOrder || options.mayOrder === true,
    },
  };
}

async function addHosts(
  session: Session,
  hosts: z.input<typeof NewHost>[],
  { yesHostKey = [] }: AddOptions,
): Promise<void> {
  const { io, client, json } = session;
  const { provisionings } = await client.call(OPERATIONS['agents.add'], { hosts });
  const ended = await followToEnd(session, provisionings, { keys: yesHostKey });
  const failed = ended.filter(({ state }) => state !== 'done');
  if (json) await writeJson(io, { provisionings: ended });
  const [first] = failed;
  if (!first) return;
  if (ended.length === 1) throw new CliError(EXIT.failed, whyOf(first));
  throw new CliError(EXIT.failed, `${failed.length} of ${ended.length} were not added; see above`);
}

async function uninstall(session: Session, id: AgentId): Promise<void> {
  const begun = await session.client.call(OPERATIONS['agents.uninstall'], { id });
  const [ended] = await followToEnd(session, [begun], { keys: [] });
  if (session.json) await writeJson(session.io, ended);
  if (ended?.state !== 'done')
    throw new CliError(EXIT.failed, ended ? whyOf(ended) : 'it did not end');
}

function whyOf({ state, error, target }: Provisioning): string {
  if (error) return `${target}: ${safeLine(error.message)} (${error.code})`;
  return state === 'cancelled' ? `${target}: cancelled` : `${target}: did not end well`;
}

function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function gatherSpecialty(value: string, before: readonly Specialty[] = []): readonly Specialty[] {
  const parsed = Specialty.safeParse(value);
  if (parsed.success) return [...before, parsed.data];
  throw new InvalidArgumentError(`there are ${SPECIALTIES.join(', ')}`);
}

function parseSlots(value: string): number {
  const slots = Number(value);
  if (/^\d{1,2}$/.test(value) && slots >= 1 && slots <= 64) return slots;
  throw new InvalidArgumentError('a number from 1 to 64');
}
