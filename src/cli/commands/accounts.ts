/**
 * `koubou accounts …`: the accounts at model providers that the gateway speaks with. A key is typed when asked for, read from
 * standard input, or taken from a variable that is named; it is never an argument, which everybody on the PC could read.
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { AccountInfo, AccountWindow } from '../../shared/contract-accounts.ts';
import { OPERATIONS } from '../../shared/contract.ts';
import { ModelAccountId, PROVIDERS, type Provider } from '../../shared/models.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { clockTime, paint, table, type Column } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions } from '../session.ts';

interface KeyOptions extends CommonOptions {
  readonly withKey?: boolean;
  readonly keyEnv?: string;
}

interface AddOptions extends KeyOptions {
  readonly name?: string;
  readonly url?: string;
  readonly auth?: 'api_key' | 'bearer';
}

export function addAccountCommands(program: Command, io: CliIo): void {
  const accounts = program
    .command('accounts')
    .description('accounts at model providers: their keys stay with the coordinator');
  withCommonOptions(
    accounts.command('list').description('all accounts, how they stand, and what is left to each'),
  ).action(async (options: CommonOptions) => list(io, options));
  withKeyOptions(
    accounts
      .command('add')
      .description('add an account; its key is tried at once')
      .argument('<provider>', PROVIDERS.join(' or '), parseProvider)
      .option('--name <text>', 'what to call it (the name of the provider if not given)')
      .option('--url <address>', 'another server that speaks the same protocol')
      .addOption(new Option('--auth <how>', 'how the key is shown').choices(['api_key', 'bearer'])),
  ).action(async (provider: Provider, options: AddOptions) => add(io, provider, options));
  withKeyOptions(
    accounts
      .command('sign-in')
      .description('replace the key of an account: what waits for it goes on')
      .argument(...ID),
  ).action(async (id: ModelAccountId, options: KeyOptions) => {
    const secret = await keyOf(io, options);
    const { client, json } = await openSession(io, options);
    const account = await client.call(OPERATIONS['accounts.sign_in'], { id, secret });
    await say(io, json, account);
  });
  withCommonOptions(
    accounts
      .command('check')
      .description('ask the provider now')
      .argument(...ID),
  ).action(async (id: ModelAccountId, options: CommonOptions) => {
    const { client, json } = await openSession(io, options);
    await say(io, json, await client.call(OPERATIONS['accounts.check'], { id }));
  });
  addChanges(accounts, io);
}

function addChanges(accounts: Command, io: CliIo): void {
  withCommonOptions(
    accounts
      .command('rename')
      .description('give an account another name')
      .argument(...ID)
      .argument('<name>'),
  ).action(async (id: ModelAccountId, name: string, options: CommonOptions) => {
    const { client, json } = await openSession(io, options);
    await say(io, json, await client.call(OPERATIONS['accounts.rename'], { id, name }));
  });
  withCommonOptions(
    accounts
      .command('remove')
      .description('forget an account and its key')
      .argument(...ID),
  ).action(async (id: ModelAccountId, options: CommonOptions) => {
    const { client, json } = await openSession(io, options);
    const answer = await client.call(OPERATIONS['accounts.remove'], { id });
    if (json) return await writeJson(io, answer);
    await writeLine(io, `removed: ${answer.removed}`);
  });
}

const ID: [string, string, (text: string) => ModelAccountId] = [
  '<account>',
  'its id, as "koubou accounts list" shows it',
  parseId,
];

function withKeyOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--with-key', 'read the key from standard input')
    .option('--key-env <name>', 'take the key from this variable of the environment');
}

function parseId(text: string): ModelAccountId {
  const parsed = ModelAccountId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(
    'an account is given by its id, as "koubou accounts list" shows it',
  );
}

function parseProvider(text: string): Provider {
  const provider = PROVIDERS.find((one) => one === text);
  if (provider) return provider;
  throw new InvalidArgumentError(`a provider is ${PROVIDERS.join(' or ')}`);
}

async function list(io: CliIo, options: CommonOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const { accounts } = await client.call(OPERATIONS['accounts.list'], {});
  if (json) return await writeJson(io, { accounts });
  if (accounts.length === 0)
    return await writeLine(io, 'there are no accounts: "koubou accounts add anthropic" adds one');
  await writeLine(io, table(io, columns(io), accounts));
  for (const account of accounts) tell(io, account);
}

async function add(io: CliIo, provider: Provider, options: AddOptions): Promise<void> {
  const { name = provider, url, auth } = options;
  const secret = await keyOf(io, options);
  const { client, json } = await openSession(io, options);
  const account = await client.call(OPERATIONS['accounts.add'], {
    ...{ provider, name, secret },
    ...(url !== undefined && { baseUrl: url }),
    ...(auth !== undefined && { auth }),
  });
  await say(io, json, account);
}

async function keyOf(io: CliIo, { withKey, keyEnv }: KeyOptions): Promise<string> {
  if (withKey === true && keyEnv !== undefined)
    throw new CliError(EXIT.wrongUse, 'give one of --with-key and --key-env');
  const key = (await given(io, withKey === true, keyEnv))?.trim() ?? '';
  if (key !== '') return key;
  const where = keyEnv === undefined ? 'no key was given' : `${keyEnv} is not set`;
  throw new CliError(
    EXIT.wrongUse,
    `${where}: type it when asked, pipe it in with --with-key, or name a variable with --key-env`,
  );
}

async function given(
  io: CliIo,
  withKey: boolean,
  keyEnv: string | undefined,
): Promise<string | null> {
  if (keyEnv !== undefined) return io.env[keyEnv] ?? null;
  return withKey ? await io.readInput() : await io.ask('Key: ', false);
}

async function say(io: CliIo, json: boolean, account: AccountInfo): Promise<void> {
  if (json) return await writeJson(io, account);
  await writeLine(io, `${safeLine(account.name)} (${account.id}): ${STATES[account.state]}`);
  tell(io, account);
}

/** What is wrong with it, or unwise. */
function tell(io: CliIo, { name, message, warning }: AccountInfo): void {
  for (const text of [message, warning]) {
    if (text !== null) io.warn(`${safeLine(name)}: ${safeLine(text)}`);
  }
}

const STATES: Readonly<Record<AccountInfo['state'], string>> = {
  good: 'good',
  checking: 'not asked yet',
  failing: 'refused; asked again',
  signed_out: 'signed out',
  unreachable: 'does not answer',
};

function columns(io: CliIo): Column<AccountInfo>[] {
  return [
    { title: 'ACCOUNT', value: ({ id }) => id },
    { title: 'NAME', value: ({ name }) => name },
    { title: 'WHERE', value: ({ baseUrl }) => baseUrl },
    {
      title: 'STATE',
      value: ({ state }) => STATES[state],
      style: ({ state }, text) => (state === 'good' ? text : paint(io, 'red', text)),
    },
    { title: 'CALLS', value: ({ running, waiting }) => `${running}, ${waiting} waiting` },
    { title: 'USED', value: ({ windows }) => windows.map(usedOf).join(', ') || '-' },
    {
      title: 'HELD UNTIL',
      value: ({ heldUntil }) => (heldUntil === null ? '-' : clockTime(heldUntil)),
    },
  ];
}

function usedOf({ name, used }: AccountWindow): string {
  return `${name} ${Math.round(used * 100)}%`;
}
