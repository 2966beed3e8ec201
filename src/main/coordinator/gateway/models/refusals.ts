/** Refusals in the words of the provider that the engine believes to speak to, so that every engine understands them. Pure. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { TroubleClass } from '../../../../shared/domain/engine-trouble.ts';
import { errorBody } from '../../../../shared/model-http.ts';
import { TROUBLE_HEADER, TROUBLE_UNTIL_HEADER, type Provider } from '../../../../shared/models.ts';
import type { Refusal } from './port.ts';

export interface RefusalAnswer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

interface Words {
  readonly status: number;
  readonly type: string;
}

const ANTHROPIC: Readonly<Record<TroubleClass, Words>> = {
  sign_in_expired: { status: 401, type: 'authentication_error' },
  rate_limited: { status: 429, type: 'rate_limit_error' },
  overloaded: { status: 529, type: 'overloaded_error' },
  network: { status: 502, type: 'api_error' },
  invalid_request: { status: 400, type: 'invalid_request_error' },
  context_too_long: { status: 400, type: 'invalid_request_error' },
  refused: { status: 403, type: 'permission_error' },
  budget_spent: { status: 402, type: 'billing_error' },
  crashed: { status: 500, type: 'api_error' },
};

const OPENAI: Readonly<Record<TroubleClass, Words & { readonly code: string | null }>> = {
  sign_in_expired: { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
  rate_limited: { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
  overloaded: { status: 503, type: 'server_error', code: 'server_is_overloaded' },
  network: { status: 502, type: 'server_error', code: null },
  invalid_request: { status: 400, type: 'invalid_request_error', code: null },
  context_too_long: {
    status: 400,
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
  },
  refused: { status: 403, type: 'invalid_request_error', code: 'forbidden' },
  budget_spent: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  crashed: { status: 500, type: 'server_error', code: null },
};

/** @param now epoch ms */
export function refusalAnswer(provider: Provider, refusal: Refusal, now: number): RefusalAnswer {
  const { trouble, message } = refusal;
  const { status, ...words } =
    provider === 'anthropic' ? { ...ANTHROPIC[trouble], code: null } : OPENAI[trouble];
  const answer = shaped(provider, status, { ...words, message });
  return { ...answer, headers: { ...answer.headers, ...troubleHeaders(refusal, now) } };
}

const PLAIN = {
  401: { type: 'authentication_error', code: 'invalid_api_key' },
  404: { type: 'not_found_error', code: null },
  413: { type: 'request_too_large', code: null },
  429: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
} as const;

/** One that says nothing of accounts: a wrong key, a path that is not let through, a body too large, too much at once. */
export function plainRefusal(
  provider: Provider,
  status: keyof typeof PLAIN,
  message: string,
): RefusalAnswer {
  const { type: own, code } = PLAIN[status];
  const type = provider === 'openai' ? 'invalid_request_error' : own;
  return shaped(provider, status, { type, code, message });
}

/** An engine may ask again itself after so long. What lasts longer is the queue's, which gives the place to others meanwhile. */
const SOON_MS = 5_000;

/** For the relay beside the engine, which believes them before anything that the engine says. */
export function troubleHeaders(
  { trouble, until }: Refusal,
  now: number,
): Record<string, string | number> {
  const isLong = until !== null && until - now > SOON_MS;
  const isOver = isLong || trouble === 'sign_in_expired' || trouble === 'budget_spent';
  return {
    [TROUBLE_HEADER]: trouble,
    ...(until !== null && { [TROUBLE_UNTIL_HEADER]: until }),
    ...(until !== null && { 'retry-after': Math.max(1, Math.ceil((until - now) / 1_000)) }),
    // Clients of both providers know it: asking again by themselves would change nothing.
    ...(isOver && { 'x-should-retry': 'false' }),
  };
}

function shaped(
  provider: Provider,
  status: number,
  error: { readonly type: string; readonly code: string | null; readonly message: string },
): RefusalAnswer {
  const body = errorBody(provider, error);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return { status, headers, body };
}
