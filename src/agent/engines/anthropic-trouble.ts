/** What an error of Anthropic's SDK means, in the classes of the one table. Pure. */
import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { z } from 'zod';
import { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { TROUBLE_HEADER, TROUBLE_UNTIL_HEADER } from '../../shared/models.ts';
import { messageOf } from '../failure.ts';
import type { EngineTrouble } from './engine.ts';

/** @param now epoch ms */
export function anthropicTrouble(error: unknown, now: number): EngineTrouble {
  if (!(error instanceof APIError)) {
    // The stream ended early, or what came was no event.
    return { class: 'network', message: `the answer broke off: ${messageOf(error)}`, until: null };
  }
  if (error instanceof APIConnectionError) {
    const cause = error.cause === undefined ? '' : ` (${messageOf(error.cause)})`;
    return { class: 'network', message: `${error.message}${cause}`, until: null };
  }
  const status: unknown = error.status;
  const headers = headersOf(error.headers);
  const body: unknown = error.error;
  const { type, message: said } = saidIn(body);
  const message = said === '' ? error.message : said;
  const told = TroubleClass.safeParse(headers.get(TROUBLE_HEADER)).data;
  const facts = { status: typeof status === 'number' ? status : 0, type, message };
  const kind = told ?? classOf(facts);
  return { class: kind, message, until: kind === 'rate_limited' ? untilOf(headers, now) : null };
}

interface Facts {
  /** 0: the error came in the middle of an answer. */
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

function classOf({ status, type, message }: Facts): TroubleClass {
  if (status === 401 || status === 403 || /credit balance|billing/i.test(message))
    return 'sign_in_expired';
  if (status === 429 || type === 'rate_limit_error') return 'rate_limited';
  if (status === 413 || /prompt is too long|context (?:window|limit)/i.test(message))
    return 'context_too_long';
  if (status >= 500 || type === 'overloaded_error' || type === 'api_error') return 'overloaded';
  return status === 0 ? 'network' : 'invalid_request';
}

const Body = z.looseObject({
  error: z.looseObject({ type: z.string().catch(''), message: z.string().catch('') }),
});

function saidIn(body: unknown): { type: string; message: string } {
  return Body.safeParse(body).data?.error ?? { type: '', message: '' };
}

function headersOf(headers: unknown): Headers {
  return headers instanceof Headers ? headers : new Headers();
}

const LIMITS = ['requests', 'tokens', 'input-tokens', 'output-tokens'];

/** When the limit is over (epoch ms); `null`: nobody said. */
function untilOf(headers: Headers, now: number): number | null {
  const told = Number(headers.get(TROUBLE_UNTIL_HEADER) ?? Number.NaN);
  if (Number.isFinite(told)) return told;
  // Of a subscription; `retry-after` may be shorter than its window.
  const window = Number(headers.get('anthropic-ratelimit-unified-reset') ?? Number.NaN);
  if (Number.isFinite(window) && headers.get('anthropic-ratelimit-unified-status') === 'rejected')
    return window * 1_000;
  const after = headers.get('retry-after');
  if (after !== null) {
    const seconds = Number(after);
    const at = Number.isFinite(seconds) ? now + seconds * 1_000 : Date.parse(after);
    if (Number.isFinite(at)) return at;
  }
  const spent = LIMITS.filter(
    (name) => headers.get(`anthropic-ratelimit-${name}-remaining`) === '0',
  ).map((name) => Date.parse(headers.get(`anthropic-ratelimit-${name}-reset`) ?? ''));
  const known = spent.filter((at) => Number.isFinite(at));
  return known.length > 0 ? Math.max(...known) : null;
}
