/**
 * The part of the contract that is about accounts at model providers, and about all sign-ins together. Secrets come in with
 * an order, and no answer ever holds one.
 */
import { z } from 'zod';
import { EngineKind } from './domain/engine.ts';
import { AgentId } from './ids.ts';
import { ModelAccountId, Provider } from './models.ts';
import { operation } from './operation.ts';
import { line } from './text.ts';

const nothing = z.strictObject({});
const byId = z.strictObject({ id: ModelAccountId });

/** Taken as it is but for white space around it: no provider's has any, and pasting brings it. */
const AccountSecret = z
  .string()
  .trim()
  .min(1, 'the key is empty')
  .max(4_000)
  .regex(/^[\x21-\x7e]*$/, 'a key is made of visible ASCII characters without spaces');

/**
 * `checking`: not asked yet; `failing`: refused once or twice, and checked again; `signed_out`: refused three times in a row,
 * what needs it waits for a person; `unreachable`: the provider does not answer, which says nothing about the account.
 */
export const SIGN_IN_STATES = ['good', 'checking', 'failing', 'signed_out', 'unreachable'] as const;
export const SignInState = z.enum(SIGN_IN_STATES);
export type SignInState = z.infer<typeof SignInState>;

/** One window of an account's limit: tokens or requests, for a minute or five hours. */
export const AccountWindow = z.strictObject({
  /** As the provider names it: `requests`, `input_tokens`, `unified_5h`. */
  name: z.string(),
  /** `null`: only the used share is told. */
  limit: z.number().nullable(),
  remaining: z.number().nullable(),
  /** 0 to 1. */
  used: z.number(),
  /** Epoch ms. */
  resetAt: z.number().nullable(),
});
export type AccountWindow = z.infer<typeof AccountWindow>;

/** An account at a provider, as it stands now. */
export const AccountInfo = z.strictObject({
  id: ModelAccountId,
  provider: Provider,
  name: z.string(),
  baseUrl: z.string(),
  auth: z.enum(['api_key', 'bearer']),
  state: SignInState,
  /** Since when it is in that state, epoch ms. */
  since: z.number(),
  /** What is wrong and what to do; `null` while all is well. */
  message: z.string().nullable(),
  /** What is unwise about it, although it works; else `null`. */
  warning: z.string().nullable(),
  /** When it was last asked, epoch ms. */
  checkedAt: z.number().nullable(),
  windows: z.array(AccountWindow),
  /** Calls under way, and waiting for their turn. */
  running: z.int().min(0),
  waiting: z.int().min(0),
  /** No call leaves before (epoch ms); `null`: they do. */
  heldUntil: z.number().nullable(),
  /** Of its server: calls leave, none does, one at a time to see. */
  breaker: z.enum(['closed', 'open', 'half_open']),
});
export type AccountInfo = z.infer<typeof AccountInfo>;

const AccountName = line(100);
/** Without `/v1`; left out: the provider's own. */
const BaseUrl = z.string().trim().min(1).max(500);

export const NewAccount = z.strictObject({
  provider: Provider,
  name: AccountName,
  baseUrl: BaseUrl.optional(),
  /** Left out: `api_key` at Anthropic, `bearer` at OpenAI. */
  auth: z.enum(['api_key', 'bearer']).optional(),
  secret: AccountSecret,
});
export type NewAccount = z.infer<typeof NewAccount>;

/** Any sign-in that work depends on: of the gateway, at a forge, or of an engine on an agent's own host. */
export const SessionInfo = z.strictObject({
  kind: z.enum(['model', 'forge', 'engine']),
  /** Of the account; `AGENT/ENGINE` for an engine's own. */
  id: z.string(),
  /** Who is signed in, as people call it. */
  name: z.string(),
  /** Where: the provider's or the forge's address; the agent. */
  where: z.string(),
  agentId: AgentId.nullable(),
  engine: EngineKind.nullable(),
  state: SignInState,
  /** What is wrong and what to do; `null` while all is well. */
  message: z.string().nullable(),
  /** Epoch ms; `null`: not known. */
  since: z.number().nullable(),
  checkedAt: z.number().nullable(),
});
export type SessionInfo = z.infer<typeof SessionInfo>;

export const ACCOUNT_OPERATIONS = {
  'accounts.list': operation({
    method: 'GET',
    path: '/api/v1/accounts',
    summary: 'Accounts at model providers, and how they stand',
    permission: 'read',
    status: 200,
    input: nothing,
    output: z.strictObject({ accounts: z.array(AccountInfo) }),
  }),
  'accounts.add': operation({
    method: 'POST',
    path: '/api/v1/accounts',
    summary: 'Add an account at a model provider; its key is tried at once, and never shown again',
    permission: 'admin',
    status: 201,
    input: NewAccount,
    output: AccountInfo,
  }),
  'accounts.sign_in': operation({
    method: 'POST',
    path: '/api/v1/accounts/{id}/sign-in',
    summary: 'Replace the key of an account: what waited for it goes on, on all agents',
    permission: 'admin',
    status: 200,
    input: byId.extend({ secret: AccountSecret }),
    output: AccountInfo,
  }),
  'accounts.check': operation({
    method: 'POST',
    path: '/api/v1/accounts/{id}/check',
    summary: 'Ask the provider now whether it takes the account',
    permission: 'operate',
    status: 200,
    input: byId,
    output: AccountInfo,
  }),
  'accounts.rename': operation({
    method: 'PUT',
    path: '/api/v1/accounts/{id}',
    summary: 'Give an account another name',
    permission: 'admin',
    status: 200,
    input: byId.extend({ name: AccountName }),
    output: AccountInfo,
  }),
  'accounts.remove': operation({
    method: 'DELETE',
    path: '/api/v1/accounts/{id}',
    summary: 'Forget an account and its key',
    permission: 'admin',
    status: 200,
    input: byId,
    output: z.strictObject({ removed: ModelAccountId }),
  }),
  'sessions.list': operation({
    method: 'GET',
    path: '/api/v1/sessions',
    summary: 'All sign-ins that work depends on: model accounts, GitHub, and engines on agents',
    permission: 'read',
    status: 200,
    input: nothing,
    output: z.strictObject({ sessions: z.array(SessionInfo) }),
  }),
} as const;
