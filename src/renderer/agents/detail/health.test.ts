/** What is said of an agent's health, check by check. */
import { describe, expect, it } from 'vitest';
import type { Agent, Vitals } from '../../../shared/domain/agent.ts';
import type { Point } from '../../components/charts/series.ts';
import { agentOf } from '../../testing.ts';
import { healthChecks, overallOf, type HealthCheck, type HealthFacts } from './health.ts';
import { heldSince, pointsOf } from './past.ts';

const NOW = 10_000_000;
const HOUR = 3_600_000;
const GiB = 1024 ** 3;

const PLAIN = agentOf('kiln', { since: 5_000_000 });
const KILN: Agent = {
  ...PLAIN,
  capabilities: {
    ...PLAIN.capabilities,
    engines: [{ kind: 'command', version: '1', ready: true, why: null }],
  },
};
const VITALS: Vitals = {
  ...{ cpu: 0.3, memoryUsedBytes: 4e9, memoryBytes: 16e9, diskFreeBytes: 84 * GiB, load1: 1 },
  clockAheadMs: 120,
};

function checked(
  change: Partial<Agent> = {},
  vitals: Partial<Vitals> = {},
  facts: Partial<HealthFacts> = {},
): HealthCheck[] {
  return healthChecks(
    { ...KILN, ...change },
    {
      vitals: { ...VITALS, ...vitals },
      heardAt: NOW - 1_000,
      newest: null,
      isTunnelled: false,
      points: () => [],
      now: NOW,
      ...facts,
    },
  );
}

const of = (checks: readonly HealthCheck[], name: HealthCheck['check']): HealthCheck | undefined =>
  checks.find(({ check }) => check === name);

describe('an agent that is well', () => {
  it('has nothing to look at', () => {
    const checks = checked();
    expect(checks.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(overallOf(checks)).toBe('good');
  });
});

describe('an agent that is away', () => {
  it('is told first, with since when; what it said last counts for nothing', () => {
    const conditions = [{ kind: 'disk_full' as const, since: 1, message: 'full' }];
    const checks = checked({ connected: false, state: 'offline', conditions });
    expect(checks[0]).toEqual({ check: 'connection', verdict: 'bad', since: 5_000_000, found: '' });
    for (const check of ['disk', 'memory', 'load', 'clock', 'work'] as const) {
      expect(of(checks, check)?.verdict).toBe('unknown');
    }
  });

  it('is late before it is silent', () => {
    const late = of(checked({}, {}, { heardAt: NOW - 5_500 }), 'connection');
    expect(late).toMatchObject({ verdict: 'note', since: NOW - 5_500, found: '5 s' });
    const silent = of(checked({}, {}, { heardAt: NOW - 8_000 }), 'connection');
    expect(silent).toMatchObject({ verdict: 'bad', since: NOW - 8_000 });
  });

  it('that rests is well', () => {
    const resting = { since: NOW - 9_000, why: 'quiet' };
    const checks = checked({ connected: false, state: 'offline', resting });
    expect(of(checks, 'connection')).toMatchObject({ verdict: 'unknown', found: '9 s' });
  });

  it('that was never here is unknown, not broken', () => {
    const checks = checked({ connected: false, version: '', state: 'provisioning' });
    expect(of(checks, 'connection')?.verdict).toBe('unknown');
    expect(of(checks, 'program')?.verdict).toBe('unknown');
  });
});

describe('the machine', () => {
  it('has a trouble of its disk with its own words and time', () => {
    const conditions = [{ kind: 'disk_full' as const, since: 77, message: '12 MB are free' }];
    const checks = checked({ conditions });
    expect(of(checks, 'disk')).toMatchObject({
      verdict: 'bad',
      since: 77,
      found: '12 MB are free',
    });
    expect(of(checks, 'work')).toMatchObject({ verdict: 'bad', since: 77 });
    expect(checks.filter(({ found }) => found === '12 MB are free')).toHaveLength(1);
  });

  it('has other troubles as checks of their own', () => {
    const conditions = [{ kind: 'no_terminal' as const, since: 7, message: 'glibc 2.17' }];
    expect(of(checked({ conditions }), 'no_terminal')).toMatchObject({ verdict: 'note', since: 7 });
  });

  it('tells since when memory has been short, from what the charts know', () => {
    const points: Point[] = [1e9, 15e9, 14.5e9].map((value, at) => ({ at, value }));
    const memory = of(checked({}, { memoryUsedBytes: 14.5e9 }, { points: () => points }), 'memory');
    expect(memory).toMatchObject({ verdict: 'note', since: 1, found: '91 %' });
    expect(of(checked({}, { memoryUsedBytes: 15.9e9 }), 'memory')?.verdict).toBe('bad');
  });

  it.each([
    [{ diskFreeBytes: 3 * GiB }, 'disk', 'note'],
    [{ load1: 20 }, 'load', 'note'],
    [{ load1: 80 }, 'load', 'bad'],
    [{ clockAheadMs: -9_000 }, 'clock', 'note'],
    [{ clockAheadMs: 90_000 }, 'clock', 'bad'],
  ] as const)('with %o has its %s as %s', (vitals, check, verdict) => {
    expect(of(checked({}, vitals), check)?.verdict).toBe(verdict);
  });
});

describe('the program', () => {
  const enrolment = { via: 'ssh' as const, keyHash: 'a'.repeat(64), host: null, at: 9 };

  it('should have renewed its certificate at half of its day', () => {
    const left = (hours: number): string | undefined =>
      of(checked({ enrolment }, { certificateEndsAt: NOW + hours * HOUR }), 'certificate')?.verdict;
    expect([20, 7, 1, -1].map(left)).toEqual(['good', 'note', 'bad', 'bad']);
    expect(of(checked({ enrolment }), 'certificate')?.verdict).toBe('unknown');
    expect(of(checked(), 'certificate')?.verdict).toBe('good');
  });

  it('has engines that are ready, or says which is not', () => {
    const engine = { kind: 'command' as const, version: '1', ready: false, why: 'not signed in' };
    const capabilities = { ...KILN.capabilities, engines: [engine] };
    expect(of(checked({ capabilities }), 'engines')).toMatchObject({
      verdict: 'bad',
      found: 'command: not signed in',
    });
  });

  it('is not the newest, or failed to become it', () => {
    const newest: HealthFacts['newest'] = {
      ...{ state: 'none', version: '0.2.0', build: 'b2', atOnce: 1, startedAt: null },
      ...{ agents: [], message: null },
    };
    expect(of(checked({ enrolment }, {}, { newest }), 'program')).toMatchObject({
      verdict: 'note',
      found: '0.2.0',
    });
    const update = { state: 'failed' as const, version: '0.2.0', build: 'b2', why: 'no', at: 5 };
    expect(of(checked({ update }), 'program')).toMatchObject({ verdict: 'note', since: 5 });
  });
});

describe('what the charts know', () => {
  const past = {
    ...{ from: 0, stepMs: 10, cpu: [0.1, null, 0.3, null], memoryUsedBytes: [] },
    ...{ diskFreeBytes: [], rxBytesPerS: [], txBytesPerS: [], slotsBusy: [] },
  };
  const reading = (at: number, cpu: number) => ({
    ...{ at, cpu, memoryUsedBytes: 0, diskFreeBytes: 0, rxBytesPerS: null, txBytesPerS: null },
    slotsBusy: 0,
  });

  it('is what the coordinator remembers and then what came live, nothing twice', () => {
    const live = [reading(20, 0.9), reading(36, 0.4), reading(38, 0.5)];
    expect(pointsOf(past, live, 'cpu')).toEqual([
      { at: 5, value: 0.1 },
      { at: 15, value: null },
      { at: 25, value: 0.3 },
      { at: 36, value: 0.4 },
      { at: 38, value: 0.5 },
    ]);
    expect(pointsOf(null, live, 'cpu')).toHaveLength(3);
  });

  it('has held since the first value of the last run', () => {
    const line = (...values: (number | null)[]): Point[] =>
      values.map((value, at) => ({ at, value }));
    const isHigh = (value: number): boolean => value > 5;
    expect(heldSince(line(9, 1, 8, null, 7), isHigh)).toBe(2);
    expect(heldSince(line(9, 1), isHigh)).toBeNull();
    expect(heldSince(line(9, 9), isHigh)).toBeNull();
  });
});
