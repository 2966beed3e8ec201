/** `koubou github …`: who is signed in at GitHub, and signing in and out. Secrets come from standard input or a file, never as an argument. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Budget, GitHubAccount, SignIn, SignedIn } from '../shared/contract-github.ts';
import { OPERATIONS } from '../shared/contract.ts';
import { addWebhookCommand } from './github-webhook.ts';
import { addIssueCommands } from './github-issues.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from './io.ts';
import { clockTime, paint, table, type Column } from './print.ts';
import { safeLine } from './safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from './session.ts';

interface SignInOptions extends CommonOptions {
  readonly host?: string;
  readonly withToken?: boolean;
  readonly gh?: boolean;
  readonly device?: boolean;
  readonly app?: string;
  readonly key?: string;
  readonly installation?: number;
}

/** How often a code is asked about. */
const DEVICE_PAUSE_MS = 2_000;

export function addGitHubCommands(program: Command, io: CliIo): void {
  const github = program.command('github').description('GitHub: issues in, pull requests out');
  withCommonOptions(
    github
      .command('status')
      .description('who is signed in, what they may do, and how many requests are left')
      .option('--check', 'ask GitHub again'),
  ).action(async (options: CommonOptions & { check?: boolean }) => status(io, options));
  withCommonOptions(
    github
      .command('sign-in')
      .description('sign in with a token (asked for, or read from standard input)')
      .option('--host <address>', 'github.com, or https://github.example.com')
      .option('--with-token', 'read the token from standard input')
      .option('--gh', 'take the token of the gh command line of the coordinator’s PC')
      .option('--device', 'type a code at GitHub')
      .option('--app <id>', 'as a GitHub App, with --key')
      .option('--key <file>', "the App's private key (.pem)")
      .option('--installation <id>', 'only this installation of the App', parseId),
  ).action(async (options: SignInOptions) => signIn(io, options));
  withCommonOptions(
    github
      .command('sign-out')
      .description('forget an account and its secret')
      .argument('<account>', 'its id, as "koubou github status" shows it'),
  ).action(async (id: string, options: CommonOptions) => signOut(io, id, options));
  addIssueCommands(github, io);
  addWebhookCommand(github, io);
}

function parseId(text: string): number {
  const id = Number(text);
  if (Number.isInteger(id) && id > 0) return id;
  throw new InvalidArgumentError('an installation is given by its number');
}

async function status(io: CliIo, options: CommonOptions & { check?: boolean }): Promise<void> {
  const { client, json } = await openSession(io, options);
  const check = options.check === true ? 'true' : 'false';
  const { accounts } = await client.call(OPERATIONS['github.accounts'], { check });
  const { budgets } = await client.call(OPERATIONS['github.budget'], {});
  if (json) return await writeJson(io, { accounts, budgets });
  if (accounts.length === 0)
    return await writeLine(io, 'nobody is signed in: "koubou github sign-in" does that');
  await writeLine(io, table(io, accountColumns(io), accounts));
  for (const one of accounts) await tell(io, one);
  if (budgets.length > 0) await writeLine(io, `\n${table(io, BUDGET_COLUMNS, budgets)}`);
}

async function signIn(io: CliIo, options: SignInOptions): Promise<void> {
  const order = await orderOf(io, options);
  const session = await openSession(io, options);
  const signed = await session.client.call(OPERATIONS['github.sign_in'], { order });
  const accounts = signed.device ? [await followDevice(session, signed)] : signed.accounts;
  if (session.json) return await writeJson(io, { accounts });
  for (const one of accounts) {
    await writeLine(io, `signed in at ${one.host} as ${safeLine(one.login)} (${one.id})`);
    await tell(io, one);
  }
}

async function signOut(io: CliIo, id: string, options: CommonOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const { removed } = await client.call(OPERATIONS['github.sign_out'], { id });
  if (json) return await writeJson(io, { removed });
  await writeLine(io, `signed out: ${safeLine(removed.login)} at ${removed.host}`);
}

async function orderOf(io: CliIo, options: SignInOptions): Promise<SignIn> {
  const { app, key, gh, device, installation } = options;
  const ways = [app !== undefined, gh === true, device === true, options.withToken === true];
  if (ways.filter(Boolean).length > 1)
    throw new CliError(EXIT.wrongUse, 'give one of --with-token, --gh, --device and --app');
  const host = options.host === undefined ? {} : { host: options.host };
  if (gh === true) return { with: 'gh', ...host };
  if (device === true) return { with: 'device', ...host };
  if (app === undefined) return { with: 'token', ...host, token: await tokenOf(io, options) };
  if (key === undefined)
    throw new CliError(EXIT.wrongUse, 'an App signs in with its key: give --key FILE.pem');
  const privateKey = await readKey(path.resolve(io.cwd, key));
  const only = installation === undefined ? {} : { installationId: installation };
  return { with: 'app', ...host, appId: app, privateKey, ...only };
}

async function tokenOf(io: CliIo, { withToken }: SignInOptions): Promise<string> {
  const given = withToken === true ? await io.readInput() : await io.ask('Token: ', false);
  const token = given?.trim() ?? '';
  if (token !== '') return token;
  throw new CliError(
    EXIT.wrongUse,
    'no token was given: type it when asked, or pipe it into "koubou github sign-in --with-token"',
  );
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(EXIT.wrongUse, `cannot read the key ${file}`, { cause: error });
  }
}

async function followDevice(session: Session, { device }: SignedIn): Promise<GitHubAccount> {
  const { io, client } = session;
  if (!device) throw new CliError(EXIT.failed, 'the coordinator gave no code');
  io.warn(`type the code ${safeLine(device.userCode)} at ${safeLine(device.verificationUrl)}`);
  while (!io.stop.aborted) {
    const now = await client.call(OPERATIONS['github.device_status'], { id: device.id });
    if (now.state === 'done' && now.account) return now.account;
    if (now.state === 'failed')
      throw new CliError(EXIT.failed, now.message ?? 'the sign-in failed');
    await pause(DEVICE_PAUSE_MS, io.stop);
  }
  throw new CliError(EXIT.failed, 'stopped; the code stays good until it ends');
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What it may do, and what is wrong with it. */
async function tell(io: CliIo, { login, summary, state, message }: GitHubAccount): Promise<void> {
  if (summary !== '') await writeLine(io, `${safeLine(login)} ${safeLine(summary)}`);
  if (state !== 'ok' && message !== null) io.warn(safeLine(message));
}

function accountColumns(io: CliIo): Column<GitHubAccount>[] {
  return [
    { title: 'ACCOUNT', value: ({ id }) => id },
    { title: 'HOST', value: ({ host }) => host },
    { title: 'LOGIN', value: ({ login }) => safeLine(login) },
    { title: 'WITH', value: ({ kind }) => KINDS[kind] },
    {
      title: 'STATE',
      value: ({ state }) => state,
      style: ({ state }, text) => (state === 'ok' ? text : paint(io, 'red', text)),
    },
  ];
}

const KINDS: Readonly<Record<GitHubAccount['kind'], string>> = {
  classic: 'token',
  fine_grained: 'fine-grained token',
  app: 'App',
  device: 'code',
  gh: 'gh',
};

const BUDGET_COLUMNS: readonly Column<Budget>[] = [
  { title: 'LOGIN', value: ({ login }) => safeLine(login) },
  { title: 'REQUESTS', value: ({ resource }) => resource },
  { title: 'LEFT', value: ({ remaining, limit }) => `${remaining} of ${limit}` },
  { title: 'RESET', value: ({ resetAt }) => clockTime(resetAt) },
  { title: 'WAITING', value: ({ waiting }) => String(waiting) },
];
