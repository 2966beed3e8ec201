/** What can go wrong at `openai-api.ts`: refusals in OpenAI's own words, and connections that fail. */

export interface Refusal {
  readonly kind: 'refuse';
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>> & { readonly message: string };
  readonly headers?: Readonly<Record<string, string>>;
}

export type Fault =
  | Refusal
  /** Hangs up before the first byte. */
  | { readonly kind: 'drop' }
  /** An event stream of something else. */
  | { readonly kind: 'garbage' }
  /** Begins to answer, then hangs up, or ends as if that had been all. */
  | { readonly kind: 'stop'; readonly how: 'cut' | 'end' }
  /** Never answers, or never goes on. */
  | { readonly kind: 'hang'; readonly after: 'nothing' | 'beginning' }
  /** Fails in the stream, after it began. */
  | { readonly kind: 'fail'; readonly code: string; readonly message: string };

export function refusal(
  status: number,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return {
    kind: 'refuse',
    status,
    error: { message, type: 'invalid_request_error', param: null, code: null, ...more },
    headers,
  };
}

/** Refusals as OpenAI gives them; times in epoch seconds, delays in seconds. */
export const REFUSALS = {
  wrongKey: (): Refusal =>
    refusal(401, 'Incorrect API key provided: sk-****. You can find your API key at …', {
      code: 'invalid_api_key',
    }),
  signInExpired: (): Refusal =>
    refusal(401, 'Provided authentication token is expired. Please try signing in again.', {
      code: 'token_expired',
    }),
  rateLimited: (retryAfter: number): Refusal =>
    refusal(
      429,
      `Rate limit reached. Please try again in ${retryAfter}s.`,
      { type: 'tokens', code: 'rate_limit_exceeded' },
      {
        'retry-after': String(retryAfter),
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': `${retryAfter}s`,
      },
    ),
  usageLimit: (resetsAt: number): Refusal =>
    refusal(429, 'The usage limit has been reached', {
      type: 'usage_limit_reached',
      plan_type: 'plus',
      resets_at: resetsAt,
    }),
  quotaSpent: (): Refusal =>
    refusal(429, 'You exceeded your current quota, please check your plan and billing details.', {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),
  broken: (): Refusal =>
    refusal(500, 'The server had an error while processing your request.', {
      type: 'server_error',
    }),
  overloaded: (): Refusal =>
    refusal(503, 'The engine is currently overloaded, please try again later.', {
      type: 'server_error',
      code: 'server_is_overloaded',
    }),
  invalid: (): Refusal =>
    refusal(400, 'Invalid value: x', { param: 'input', code: 'invalid_value' }),
  tooLong: (): Refusal =>
    refusal(400, 'Your input exceeds the context window of this model.', {
      param: 'input',
      code: 'context_length_exceeded',
    }),
  noModel: (model: string): Refusal =>
    refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
      code: 'model_not_found',
    }),
} as const;
