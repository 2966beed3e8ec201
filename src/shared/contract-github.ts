/** The part of the contract that is about GitHub. Tokens and keys come in with a sign-in, and no answer ever holds one. */
import { z } from 'zod';
import { operation } from './operation.ts';

const nothing = z.strictObject({});
const Host = z.string().trim().min(1).max(300);

export const AccountId = z
  .string()
  .regex(
    /^gh-[a-z0-9]{8,40}$/,
    'an account is given by its id, as "koubou github status" shows it',
  );

/** What Koubou does at GitHub, in the order in which people miss it. */
export const GITHUB_RIGHTS = [
  'read_code',
  'push',
  'read_issues',
  'write_issues',
  'open_pulls',
  'read_checks',
  'workflows',
  'webhooks',
] as const;
export const GitHubRight = z.enum(GITHUB_RIGHTS);
export type GitHubRight = z.infer<typeof GitHubRight>;

export const RightState = z.strictObject({
  right: GitHubRight,
  /** `unknown`: GitHub does not say before it is tried. */
  has: z.enum(['yes', 'no', 'unknown']),
  /** What to give it where it lacks, in GitHub's words: `Pull requests: write`; else `null`. */
  give: z.string().nullable(),
});
export type RightState = z.infer<typeof RightState>;

/** Who is signed in at a host. */
export const GitHubAccount = z.strictObject({
  id: AccountId,
  /** `github.com`, or that of an Enterprise server. */
  host: z.string(),
  /** Its address for people: `https://github.com`. */
  url: z.string(),
  /** The user; for an App, its name and where it is installed: `koubou-bot[bot] at acme`. */
  login: z.string(),
  kind: z.enum(['classic', 'fine_grained', 'app', 'device', 'gh']),
  /** Of a token that has scopes; else `null`. */
  scopes: z.array(z.string()).nullable(),
  rights: z.array(RightState),
  /** What it may and may not, and what to do about that, as a sentence. */
  summary: z.string(),
  /** `revoked`: GitHub takes it no more, and what needs it waits. */
  state: z.enum(['ok', 'revoked', 'unreachable']),
  /** What is wrong, and what to do; `null` while all is well. */
  message: z.string().nullable(),
  /** When GitHub last answered who it is, epoch ms. */
  checkedAt: z.number(),
  /** When the token ends, epoch ms; `null`: it does not, or is renewed. */
  expiresAt: z.number().nullable(),
});
export type GitHubAccount = z.infer<typeof GitHubAccount>;

/** One request budget of an account, as GitHub said last. */
export const Budget = z.strictObject({
  accountId: AccountId,
  host: z.string(),
  login: z.string(),
  /** `core`, `graphql`, `search`. */
  resource: z.string(),
  limit: z.int(),
  remaining: z.int(),
  used: z.int(),
  /** Epoch ms. */
  resetAt: z.number(),
  /** Requests that wait for it now. */
  waiting: z.int().min(0),
  /** GitHub asked for a pause until then (epoch ms); else `null`. */
  pausedUntil: z.number().nullable(),
});
export type Budget = z.infer<typeof Budget>;

/** A code that a person types at GitHub, and what became of it. */
export const DeviceStatus = z.strictObject({
  id: z.string(),
  host: z.string(),
  userCode: z.string(),
  /** Where it is typed. */
  verificationUrl: z.string(),
  expiresAt: z.number(),
  state: z.enum(['waiting', 'done', 'failed']),
  /** Why it failed, and what to do; else `null`. */
  message: z.string().nullable(),
  account: GitHubAccount.nullable(),
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;

const host = Host.optional();

export const SignIn = z.discriminatedUnion('with', [
  /** A personal access token, classic or fine-grained. */
  z.strictObject({ with: z.literal('token'), host, token: z.string().trim().min(1).max(1_000) }),
  /** The token of the `gh` command line on the coordinator's PC. */
  z.strictObject({ with: z.literal('gh'), host }),
  z.strictObject({
    with: z.literal('app'),
    host,
    appId: z.string().trim().min(1).max(100),
    /** PEM. */
    privateKey: z.string().min(1).max(8_000),
    /** Left out: every installation that there is. */
    installationId: z.int().min(1).optional(),
  }),
  /** A code to type at GitHub; see `github.device_status`. */
  z.strictObject({ with: z.literal('device'), host }),
]);
export type SignIn = z.infer<typeof SignIn>;

export const SignedIn = z.strictObject({
  /** Empty while a code waits to be typed. */
  accounts: z.array(GitHubAccount),
  device: DeviceStatus.nullable(),
});
export type SignedIn = z.infer<typeof SignedIn>;

export const GITHUB_OPERATIONS = {
  'github.accounts': operation({
    method: 'GET',
    path: '/api/v1/github/accounts',
    summary: 'Who is signed in at GitHub, and what they may do there',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      /** Ask GitHub again before answering. */
      check: z.enum(['true', 'false']).default('false'),
    }),
    output: z.strictObject({ accounts: z.array(GitHubAccount) }),
  }),
  'github.sign_in': operation({
    method: 'POST',
    path: '/api/v1/github/accounts',
    summary: 'Sign in at GitHub; says at once what the account may not do',
    permission: 'admin',
    status: 201,
    input: z.strictObject({ order: SignIn }),
    output: SignedIn,
  }),
  'github.device_status': operation({
    method: 'GET',
    path: '/api/v1/github/devices/{id}',
    summary: 'What became of a code that was to be typed at GitHub',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ id: z.uuid() }),
    output: DeviceStatus,
  }),
  'github.sign_out': operation({
    method: 'DELETE',
    path: '/api/v1/github/accounts/{id}',
    summary: 'Forget an account and its secret',
    permission: 'admin',
    status: 200,
    input: z.strictObject({ id: AccountId }),
    output: z.strictObject({ removed: GitHubAccount }),
  }),
  'github.budget': operation({
    method: 'GET',
    path: '/api/v1/github/budget',
    summary: 'How many requests GitHub still takes from each account',
    permission: 'read',
    status: 200,
    input: nothing,
    output: z.strictObject({ budgets: z.array(Budget) }),
  }),
} as const;
