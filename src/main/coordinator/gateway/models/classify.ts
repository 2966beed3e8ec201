/**
 * What a provider's answer means, in the words of the one table (`engine-trouble.ts`): its class, and when it is over. The
 * only place that knows how Anthropic and OpenAI say it. Pure.
 */
import type { TroubleClass } from '../../../../shared/domain/engine-trouble.ts';
import type { Refusal } from './port.ts';

/** An error as it stands in a body, or in an event of a stream. */
export interface ApiError {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** When the provider says that it is over, in its body (epoch ms). */
  readonly until: number | null;
}

export interface Failed {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly error: ApiError;
}

const TOO_LONG =
  /prompt is too long|context[ _]length|context window|maximum context|exceeds? the (?:model's )?context|input is too long/i;
const OUT_OF_MONEY =
  /credit balance is too low|insufficient_quota|billing|exceeded your current quota|hard limit/i;
const DECLINED = /content[ _-]?(?:filter|policy)|cyber_policy|safety/i;
/** The account is well, and only this model is not for it. */
const NOT_THIS_MODEL =
  /model_not_found|(?:access to|use|permission for|available for) (?:the |this )?(?:requested )?models?\b|\bmodels?\b[^.]{0,120} (?:not (?:available|allowed|enabled|permitted)|is (?:restricted|disabled))/i;

const BY_TYPE: Readonly<Record<string, TroubleClass>> = {
  authentication_error: 'sign_in_expired',
  invalid_api_key: 'sign_in_expired',
  rate_limit_error: 'rate_limited',
  rate_limit_exceeded: 'rate_limited',
  usage_limit_reached: 'rate_limited',
  overloaded_error: 'overloaded',
  api_error: 'overloaded',
  server_error: 'overloaded',
  server_is_overloaded: 'overloaded',
  slow_down: 'overloaded',
  timeout_error: 'overloaded',
};

/** @param now epoch ms */
export function troubleOf({ status, headers, error }: Failed, now: number): Refusal {
  const trouble = classOf(status, error);
  const until = trouble === 'rate_limited' ? resetOf(headers, error, now) : null;
  // Of the others only what the server asks for: it is about no window of a limit.
  const pause = trouble === 'overloaded' ? retryAfter(headers, now) : null;
  return { trouble, message: error.message, until: until ?? pause };
}

function classOf(status: number, { type, code, message }: ApiError): TroubleClass {
  const said = `${type} ${code} ${message}`;
  if (TOO_LONG.test(said)) return 'context_too_long';
  const isClients = status === 0 || (status >= 400 && status < 500);
  if (isClients && status !== 401 && OUT_OF_MONEY.test(said)) return 'budget_spent';
  if (status === 401) return 'sign_in_expired';
  if (status === 403) return forbidden(`${type} ${code}`, said);
  if (status === 402) return 'budget_spent';
  if (status === 429) return 'rate_limited';
  if (status === 408) return 'network';
  if (status >= 500) return 'overloaded';
  if (DECLINED.test(`${type} ${code}`) || /^output blocked/i.test(message)) return 'refused';
  if (status === 0 && type === 'permission_error') return forbidden(`${type} ${code}`, said);
  // An event of a stream that began well has no status of its own.
  if (status === 0) return BY_TYPE[code] ?? BY_TYPE[type] ?? 'invalid_request';
  return status >= 300 && status < 400 ? 'network' : 'invalid_request';
}

/** Mostly it is the account that may nothing (any more); where it is only about this one request, others still go through. */
function forbidden(kind: string, said: string): TroubleClass {
  if (DECLINED.test(kind)) return 'refused';
  return NOT_THIS_MODEL.test(said) ? 'invalid_request' : 'sign_in_expired';
}

/** The error in a body; an empty one where it is in no known shape. */
export function errorIn(body: string, now: number): ApiError {
  const parsed = jsonOf(body);
  const inner = field(parsed, 'error') ?? parsed;
  const message = typeof inner === 'string' ? inner : textAt(inner, 'message');
  return {
    type: textAt(inner, 'type'),
    code: textAt(inner, 'code'),
    message: message === '' ? body.trim().slice(0, 500) : message.slice(0, 2_000),
    until: resetIn(inner, now),
  };
}

/** Codex' limits say it in the body. */
function resetIn(error: unknown, now: number): number | null {
  const at = field(error, 'resets_at');
  if (typeof at === 'number') return at * 1_000;
  const seconds = field(error, 'resets_in_seconds');
  return typeof seconds === 'number' ? now + seconds * 1_000 : null;
}

function resetOf(headers: Failed['headers'], error: ApiError, now: number): number | null {
  if (error.until !== null) return error.until;
  const unified = Number(headers['anthropic-ratelimit-unified-reset']);
  if (unified > 0 && headers['anthropic-ratelimit-unified-status'] === 'rejected')
    return unified * 1_000;
  return retryAfter(headers, now) ?? exhausted(headers, now) ?? spoken(error.message, now);
}

/** Seconds, or a date. */
function retryAfter(headers: Failed['headers'], now: number): number | null {
  const given = headers['retry-after'];
  if (given === undefined) return null;
  const seconds = Number(given);
  if (Number.isFinite(seconds) && seconds >= 0) return now + seconds * 1_000;
  const date = Date.parse(given);
  return Number.isNaN(date) ? null : date;
}

/** The last reset of the windows of which nothing is left. */
function exhausted(headers: Failed['headers'], now: number): number | null {
  const resets = Object.entries(headers).flatMap(([name, value]) => {
    const [, before, unit] =
      /^(anthropic-ratelimit-[a-z-]+-|x-ratelimit-)remaining(-[a-z]+)?$/.exec(name) ?? [];
    if (before === undefined || value !== '0') return [];
    const reset = headers[`${before}reset${unit ?? ''}`] ?? '';
    const date = before.startsWith('x-') ? now + durationMs(reset) : Date.parse(reset);
    return Number.isNaN(date) ? [] : [date];
  });
  return resets.length > 0 ? Math.max(...resets) : null;
}

/** `Please try again in 1.5s.` */
function spoken(message: string, now: number): number | null {
  const [, text = ''] = /try again in ((?:[\d.]+(?:ms|h|m|s))+)/i.exec(message) ?? [];
  const ms = durationMs(text);
  return Number.isNaN(ms) ? null : now + ms;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `6m0s`, `1.5s`, `20ms`; NaN for anything else. */
function durationMs(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)(ms|h|m|s)/gi)];
  if (parts.length === 0) return Number.NaN;
  return parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit.toLowerCase()] ?? 0),
    0,
  );
}

/** A field of what may be anything. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}

/** A text in a field of it; empty when there is none. */
export function textAt(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

/** `undefined` for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
