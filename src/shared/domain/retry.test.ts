/** When a failed task is tried again: every failure code, and the limits. */
import { describe, expect, it } from 'vitest';
import { FAILURES, FailureCode } from '../errors.ts';
import { KILL_LIMIT, LONGEST_PAUSE_MS, LOSS_LIMIT, RETRY_LIMIT, retryAt } from './retry.ts';

const NOW = 1_000_000;
const NONE = { failures: 0, losses: 0, kills: 0 };

describe('retryAt', () => {
  const others = FailureCode.options.filter((code) => code !== 'engine_rate_limited');
  it.each(others)('does with %s what the table says', (code) => {
    const expected = {
      yes: NOW + 5_000,
      elsewhere: NOW,
      later: NOW + 30_000,
      no: null,
    }[FAILURES[code]];
    expect(retryAt(code, NONE, NOW)).toBe(expected);
  });

  it('tries again when a limit is over, and after a while where nobody said when that is', () => {
    const code = 'engine_rate_limited';
    expect(retryAt(code, NONE, NOW)).toBe(NOW + LONGEST_PAUSE_MS);
    expect(retryAt(code, NONE, NOW, NOW + 3_600_000)).toBe(NOW + 3_600_000);
    expect(retryAt(code, NONE, NOW, NOW - 1)).toBe(NOW + 30_000);
    expect(retryAt(code, NONE, NOW, Number.MAX_VALUE)).toBe(NOW + 7 * 24 * 3_600_000);
    expect(retryAt('tests_failed', NONE, NOW, NOW + 3_600_000)).toBe(NOW + 5_000);
  });

  it('waits longer after each failure, and gives up after the limit', () => {
    expect(
      [0, 1, 2].map((failures) => retryAt('tests_failed', { ...NONE, failures }, NOW)),
    ).toEqual([NOW + 5_000, NOW + 20_000, null]);
    expect(retryAt('agent_refused', { ...NONE, failures: RETRY_LIMIT }, NOW)).toBeNull();
  });

  it('does not count a lost machine as a failure, but five are enough', () => {
    expect(
      retryAt('agent_lost', { ...NONE, failures: RETRY_LIMIT, losses: LOSS_LIMIT - 1 }, NOW),
    ).toBe(NOW);
    expect(retryAt('agent_lost', { ...NONE, losses: LOSS_LIMIT }, NOW)).toBeNull();
  });

  it('parks a task that had its processes killed twice in a row', () => {
    expect(retryAt('supervisor_died', NONE, NOW)).toBe(NOW);
    expect(retryAt('supervisor_died', { ...NONE, kills: KILL_LIMIT - 1 }, NOW)).toBeNull();
  });

  it('tries without end when the surroundings were at fault', () => {
    expect(retryAt('repo_unreachable', { ...NONE, failures: 100 }, NOW)).toBe(NOW + 30_000);
  });
});
