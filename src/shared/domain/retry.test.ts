/** When a failed task is tried again: every failure code, and the limits. */
import { describe, expect, it } from 'vitest';
import { FAILURES, FailureCode } from '../errors.ts';
import { LOSS_LIMIT, RETRY_LIMIT, retryAt } from './retry.ts';

const NOW = 1_000_000;

describe('retryAt', () => {
  it.each(FailureCode.options)('does with %s what the table says', (code) => {
    const expected = { yes: NOW + 5_000, elsewhere: NOW, no: null }[FAILURES[code]];
    expect(retryAt(code, 0, 0, NOW)).toBe(expected);
  });

  it('waits longer after each failure, and gives up after the limit', () => {
    expect([0, 1, 2].map((failures) => retryAt('tests_failed', failures, 0, NOW))).toEqual([
      NOW + 5_000,
      NOW + 20_000,
      null,
    ]);
    expect(retryAt('agent_refused', RETRY_LIMIT, 0, NOW)).toBeNull();
  });

  it('does not count a lost machine as a failure, but five are enough', () => {
    expect(retryAt('agent_lost', RETRY_LIMIT, LOSS_LIMIT - 1, NOW)).toBe(NOW);
    expect(retryAt('agent_lost', 0, LOSS_LIMIT, NOW)).toBeNull();
  });
});
