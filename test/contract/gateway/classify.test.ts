import { describe, expect, test } from 'vitest';
import type { TroubleClass } from '../../../src/shared/domain/engine-trouble.ts';
import { FAULTS, limitedFor, windowSpent } from '../../support/models/messages-faults.ts';
import { REFUSALS } from '../../support/models/openai-api-faults.ts';
import { errorIn, troubleOf } from '../../../src/main/coordinator/gateway/models/classify.ts';

const NOW = 1_795_000_000_000;

function classed(status: number, error: object, headers: Record<string, string> = {}) {
  return troubleOf({ status, headers, error: errorIn(JSON.stringify({ error }), NOW) }, NOW);
}

describe('what Anthropic answers', () => {
  const table: readonly [keyof typeof FAULTS, TroubleClass][] = [
    ['unauthorized', 'sign_in_expired'],
    ['tokenExpired', 'sign_in_expired'],
    ['forbidden', 'sign_in_expired'],
    ['creditSpent', 'budget_spent'],
    ['rateLimited', 'rate_limited'],
    ['internal', 'overloaded'],
    ['overloaded', 'overloaded'],
    ['invalid', 'invalid_request'],
    ['tooLong', 'context_too_long'],
    ['noModel', 'invalid_request'],
    ['tooLarge', 'invalid_request'],
  ];
  test.each(table)('%s is %s', (name, trouble) => {
    const fault = FAULTS[name];
    if (fault.kind !== 'error') throw new Error('not an answer');
    const { status, type, message } = fault;
    expect(classed(status, { type, message })).toEqual({ trouble, message, until: null });
  });

  test.each([
    ['your organization does not have access to model claude-opus-5-5', 'invalid_request'],
    ['The model claude-opus-5-5 is not available to this workspace.', 'invalid_request'],
    ['OAuth token has been revoked. Please obtain a new token.', 'sign_in_expired'],
    ['Request not allowed', 'sign_in_expired'],
  ] as const)('403 "%s" is %s', (message, trouble) => {
    expect(classed(403, { type: 'permission_error', message }).trouble).toBe(trouble);
    // The same as an event of a stream.
    expect(classed(0, { type: 'permission_error', message }).trouble).toBe(trouble);
  });

  test('a limit says when it is over', () => {
    const limited = limitedFor(90);
    const spent = windowSpent(NOW + 3_600_000);
    if (limited.kind !== 'error' || spent.kind !== 'error') throw new Error('not an answer');
    expect(classed(429, limited, { ...limited.headers }).until).toBe(NOW + 90_000);
    expect(classed(429, spent, { ...spent.headers }).until).toBe(NOW + 3_600_000);
    const headers = {
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': new Date(NOW + 30_000).toISOString(),
      'anthropic-ratelimit-requests-remaining': '12',
      'anthropic-ratelimit-requests-reset': new Date(NOW + 60_000).toISOString(),
    };
    expect(classed(429, { type: 'rate_limit_error', message: '' }, headers).until).toBe(
      NOW + 30_000,
    );
  });
});

describe('what OpenAI answers', () => {
  test.each([
    [REFUSALS.wrongKey(), 'sign_in_expired'],
    [REFUSALS.signInExpired(), 'sign_in_expired'],
    [REFUSALS.rateLimited(2), 'rate_limited'],
    [REFUSALS.usageLimit(NOW / 1_000 + 60), 'rate_limited'],
  ] as const)('%o is %s', ({ status, error, headers }, trouble) => {
    expect(classed(status, error, { ...headers }).trouble).toBe(trouble);
  });

  test.each([
    [
      429,
      { code: 'insufficient_quota', message: 'You exceeded your current quota' },
      'budget_spent',
    ],
    [503, { code: 'server_is_overloaded', message: 'at capacity' }, 'overloaded'],
    [400, { code: 'context_length_exceeded', message: 'too long' }, 'context_too_long'],
    [400, { code: 'content_policy_violation', message: 'no' }, 'refused'],
    [403, { code: 'content_policy_violation', message: 'no' }, 'refused'],
    [
      403,
      { code: 'model_not_found', message: 'Project `p` does not have access to model `gpt-5.4`' },
      'invalid_request',
    ],
    [
      403,
      { message: 'Your organization must be verified to use the model `o3`.' },
      'invalid_request',
    ],
    [403, { code: 'unsupported_country_region_territory', message: 'no' }, 'sign_in_expired'],
    [0, { code: 'rate_limit_exceeded', message: 'try again in 1.5s.' }, 'rate_limited'],
    [307, { message: 'moved' }, 'network'],
  ] as const)('%i %o is %s', (status, error, trouble) => {
    expect(classed(status, error).trouble).toBe(trouble);
  });

  test('a limit says when it is over', () => {
    expect(classed(429, REFUSALS.usageLimit(NOW / 1_000 + 60).error).until).toBe(NOW + 60_000);
    const spoken = { code: 'rate_limit_exceeded', message: 'Please try again in 1m1.5s.' };
    expect(classed(429, spoken).until).toBe(NOW + 61_500);
    const headers = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' };
    expect(classed(429, { message: '' }, headers).until).toBe(NOW + 360_000);
  });
});
