/** Accounts at model providers over the API, and every sign-in that work depends on. No answer holds a secret. */
import type {
  ACCOUNT_OPERATIONS,
  AccountInfo,
  NewAccount,
} from '../../../shared/contract-accounts.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { ModelAccountId } from '../../../shared/models.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { AccountBook } from '../gateway/accounts/accounts.ts';
import { DEFAULT_BASE_URLS, readBaseUrl, warningAbout } from '../gateway/accounts/base-url.ts';
import type { Admission, ModelAccount } from '../gateway/models/port.ts';
import type { AccountSessions } from '../gateway/sessions/sessions.ts';
import type { Finding } from '../gateway/sessions/sign-in.ts';
import type { Accounts as ForgeAccounts } from '../forge/github/accounts/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';
import { allSessions } from './sessions.ts';

export interface AccountDeps {
  readonly models: {
    readonly accounts: AccountBook;
    readonly sessions: AccountSessions;
    readonly admission: Pick<Admission, 'states'>;
  };
  readonly github: { readonly accounts: Pick<ForgeAccounts, 'list'> };
  readonly journal: Pick<Journal, 'agents'>;
}

type AccountRoutes = Pick<Routes, keyof typeof ACCOUNT_OPERATIONS>;

export function accountRoutes({ models, github, journal }: AccountDeps): AccountRoutes {
  const { accounts, sessions } = models;
  return {
    'accounts.list': route(OPERATIONS['accounts.list'], () => ok({ accounts: infosOf(models) })),
    'accounts.add': route(OPERATIONS['accounts.add'], async (order) => await add(models, order)),
    'accounts.sign_in': route(
      OPERATIONS['accounts.sign_in'],
      async (order) => await signIn(models, order),
    ),
    'accounts.check': route(OPERATIONS['accounts.check'], async ({ id }) => {
      const account = accounts.get(id);
      if (!account) return unknown(id);
      await sessions.check(id);
      return ok(infoOf(models, account));
    }),
    'accounts.rename': route(OPERATIONS['accounts.rename'], async ({ id, name }) => {
      const renamed = await kept(() => Promise.resolve(accounts.rename(id, name)));
      if (!renamed.ok) return renamed;
      return renamed.value ? ok(infoOf(models, renamed.value)) : unknown(id);
    }),
    'accounts.remove': route(OPERATIONS['accounts.remove'], async ({ id }) => {
      const removed = await kept(() => Promise.resolve(accounts.remove(id)));
      if (!removed.ok) return removed;
      return removed.value ? ok({ removed: id }) : unknown(id);
    }),
    'sessions.list': route(OPERATIONS['sessions.list'], () =>
      ok({ sessions: allSessions(infosOf(models), github.accounts.list(), journal.agents()) }),
    ),
  };
}

type Models = AccountDeps['models'];

/** What is shorter stands in names by chance. */
const SHORTEST_KEY = 8;

async function add(
  models: Models,
  { provider, name, baseUrl: given, auth, secret }: NewAccount,
): Promise<Result<AccountInfo>> {
  const { accounts, sessions } = models;
  const baseUrl = readBaseUrl(given ?? DEFAULT_BASE_URLS[provider]);
  if (!baseUrl.ok) return fail(mistake('baseUrl', baseUrl.error));
  // Names are shown everywhere; who mixed up two fields is told before anything is kept.
  if (secret.length >= SHORTEST_KEY && name.includes(secret))
    return fail(mistake('name', 'the name holds the key: give another'));
  const usual = provider === 'anthropic' ? 'api_key' : 'bearer';
  const about = { provider, name, baseUrl: baseUrl.value, auth: auth ?? usual } as const;
  const found = await sessions.tryOut(about, secret);
  if (found.kind === 'refused') return refused(found, 'Nothing was kept');
  return await kept(async () => {
    const account = await accounts.add(about, secret);
    sessions.renewed(account.id, found);
    return infoOf(models, account);
  });
}

async function signIn(
  models: Models,
  { id, secret }: { readonly id: ModelAccountId; readonly secret: string },
): Promise<Result<AccountInfo>> {
  const { accounts, sessions } = models;
  const account = accounts.get(id);
  if (!account) return unknown(id);
  const found = await sessions.tryOut(account, secret);
  if (found.kind === 'refused') return refused(found, 'The key from before is kept');
  const replaced = await kept(async () => await accounts.replaceSecret(account, secret));
  if (!replaced.ok) return replaced;
  if (!replaced.value) return unknown(id);
  sessions.renewed(id, found);
  return ok(infoOf(models, account));
}

function infosOf(models: Models): AccountInfo[] {
  return models.accounts.list().map((account) => infoOf(models, account));
}

function infoOf({ sessions, admission }: Models, account: ModelAccount): AccountInfo {
  const { state, since, message, checkedAt } = sessions.of(account.id);
  const limits = admission.states().find(({ id }) => id === account.id);
  return {
    ...account,
    ...{ state, since, message, checkedAt, warning: warningAbout(account.baseUrl) },
    windows: [...(limits?.windows ?? [])],
    running: limits?.running ?? 0,
    waiting: limits?.waiting ?? 0,
    heldUntil: limits?.heldUntil ?? null,
    breaker: limits?.breaker ?? 'closed',
  };
}

function unknown(id: ModelAccountId): Result<never> {
  return fail(rejection('not_found', `there is no account ${id}: see koubou accounts list`));
}

function refused({ message }: Finding, so: string): Result<never> {
  return fail(rejection('account_refused', `${message ?? 'the key is not taken'}. ${so}`));
}

function mistake(path: string, message: string): Rejection {
  return rejection('invalid_input', `${path}: ${message}`, { fields: [{ path, message }] });
}

/** Does what writes to disk; a disk that says no is told as such. */
async function kept<T>(change: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await change());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the account cannot be kept. Make room in the data folder, or make it writable: ${why}`;
    return fail(rejection('storage_read_only', message));
  }
}
