/** Ways in which the stand-in of the Messages API fails. */
import type { ServerResponse } from 'node:http';
import type { Fault } from './messages-types.ts';
import { sendError } from './messages-wire.ts';

/** True when the request is answered with it, false for what spoils the answer in its middle. */
export function playFault(res: ServerResponse, fault: Fault): boolean {
  switch (fault.kind) {
    case 'error':
      sendError(res, fault);
      return true;
    case 'drop':
      res.destroy();
      return true;
    case 'hang':
      return true;
    default:
      return false;
  }
}

const error = (status: number, type: string, message: string, headers = {}): Fault => ({
  kind: 'error',
  status,
  type,
  message,
  headers,
});

/** The failures that the API documents, in its words. */
export const FAULTS = {
  unauthorized: error(401, 'authentication_error', 'invalid x-api-key'),
  tokenExpired: error(
    401,
    'authentication_error',
    'OAuth token has expired. Please obtain a new token or refresh your existing token.',
  ),
  forbidden: error(
    403,
    'permission_error',
    'Your API key does not have permission to use the specified resource.',
  ),
  creditSpent: error(
    400,
    'invalid_request_error',
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  ),
  rateLimited: error(429, 'rate_limit_error', 'This request would exceed your rate limit.'),
  internal: error(500, 'api_error', 'Internal server error'),
  overloaded: error(529, 'overloaded_error', 'Overloaded'),
  invalid: error(400, 'invalid_request_error', 'messages.0.content: Field required'),
  tooLong: error(
    400,
    'invalid_request_error',
    'prompt is too long: 210000 tokens > 200000 maximum',
  ),
  noModel: error(404, 'not_found_error', 'model: claude-nope'),
  tooLarge: error(413, 'request_too_large', 'Request exceeds the maximum allowed number of bytes.'),
  drop: { kind: 'drop' },
  hang: { kind: 'hang' },
  garbage: { kind: 'garbage' },
  cut: { kind: 'cut', how: 'end' },
  torn: { kind: 'cut', how: 'tear' },
  stall: { kind: 'stall' },
  overloadedInStream: { kind: 'error_in_stream', type: 'overloaded_error', message: 'Overloaded' },
} as const satisfies Readonly<Record<string, Fault>>;

/** A rate limit that says when to come again, in seconds. */
export function limitedFor(seconds: number): Fault {
  return error(429, 'rate_limit_error', 'This request would exceed your rate limit.', {
    'retry-after': String(seconds),
  });
}

/** The limit of a subscription, which says when its window begins anew (epoch ms). */
export function windowSpent(resetAt: number): Fault {
  const reset = String(Math.ceil(resetAt / 1_000));
  return error(429, 'rate_limit_error', "This request would exceed your account's rate limit.", {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': reset,
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-5h-status': 'rejected',
    'anthropic-ratelimit-unified-5h-reset': reset,
    'anthropic-ratelimit-unified-5h-utilization': '1',
  });
}
