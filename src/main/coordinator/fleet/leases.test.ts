/** Leases on a clock that the test moves, with timers that come as late as it likes. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { AgentId } from '../../../shared/ids.ts';
import { AGENT_LOST_MS, AGENT_PAUSE_MS, HEARTBEAT_MS } from '../../../shared/protocol/timing.ts';
import { createLeases, LEASE_TICK_MS, type Leases } from './leases.ts';

const ONE = AgentId.parse('local-1');
const TWO = AgentId.parse('local-2');

interface Workbench {
  readonly leases: Leases;
  readonly lost: AgentId[];
  readonly deaf: Set<AgentId>;
  /** The process runs: timers come in time. */
  run(ms: number): void;
  /** The process stands still; then the timers that are due run once, before anything is read. */
  stall(ms: number): void;
  /** Sets the wall clock. */
  jump(ms: number): void;
  now(): number;
  timers(): number;
}

function open(): Workbench {
  let time = 0;
  let wall = 1_700_000_000_000;
  const timers = new Map<object, { at: number; run: () => void }>();
  const fire = (until: number): boolean => {
    const due = [...timers].filter(([, { at }]) => at <= until);
    const [first] = due.toSorted(([, a], [, b]) => a.at - b.at);
    if (!first) return false;
    timers.delete(first[0]);
    time = Math.max(time, first[1].at);
    first[1].run();
    return true;
  };
  const clock: Clock = {
    now: () => wall,
    monotonic: () => time,
    after(ms, run) {
      const key = {};
      timers.set(key, { at: time + ms, run });
      return () => timers.delete(key);
    },
  };
  const lost: AgentId[] = [];
  const deaf = new Set<AgentId>();
  const leases = createLeases({
    clock,
    lost: (id) => lost.push(id),
    isDeafTo: (id) => deaf.has(id),
  });
  return {
    leases,
    lost,
    deaf,
    run(ms) {
      const end = time + ms;
      while (fire(end));
      time = end;
    },
    stall(ms) {
      time += ms;
      fire(time);
    },
    jump: (ms) => (wall += ms),
    now: () => time,
    timers: () => timers.size,
  };
}

test('an agent that is silent is lost once, when its time is over and not before', () => {
  const { leases, lost, run } = open();
  leases.renew(ONE);
  run(700);
  leases.renew(TWO);
  run(AGENT_LOST_MS - 701);
  expect(lost).toEqual([]);
  run(1);
  expect(lost).toEqual([ONE]);
  run(699);
  expect(lost).toEqual([ONE]);
  run(LEASE_TICK_MS + 1);
  expect(lost).toEqual([ONE, TWO]);
  run(60_000);
  expect(lost).toEqual([ONE, TWO]);
});

test.each([2_000, 60_000, 86_400_000])(
  'a coordinator that stood still for %i ms hears its agents first',
  (ms) => {
    const { leases, lost, run, stall } = open();
    leases.renew(ONE);
    // As silent as an agent at work can be: all but lost.
    run(AGENT_LOST_MS - LEASE_TICK_MS);
    stall(ms);
    expect(lost).toEqual([]);
    leases.renew(ONE);
    run(AGENT_LOST_MS - 1);
    expect(lost).toEqual([]);
    run(LEASE_TICK_MS);
    expect(lost).toEqual([ONE]);
  },
);

test('after it stood still, one that stays silent is lost with the next step', () => {
  const { leases, lost, run, stall } = open();
  leases.renew(ONE);
  run(AGENT_LOST_MS - LEASE_TICK_MS);
  stall(60_000);
  run(LEASE_TICK_MS);
  expect(lost).toEqual([ONE]);
});

test('a coordinator whose every step is late loses what stays silent all the same', () => {
  const { leases, lost, stall } = open();
  leases.renew(ONE);
  for (let i = 0; i < AGENT_LOST_MS / LEASE_TICK_MS; i++) stall(5_000);
  expect(lost).toEqual([ONE]);
});

test('time in which we do not read what an agent says does not count', () => {
  const { leases, lost, deaf, run } = open();
  leases.renew(ONE);
  deaf.add(ONE);
  run(600_000);
  expect(lost).toEqual([]);
  deaf.delete(ONE);
  run(AGENT_LOST_MS);
  expect(lost).toEqual([ONE]);
});

test('the wall clock changes nothing', () => {
  const { leases, lost, run, jump } = open();
  leases.renew(ONE);
  jump(86_400_000);
  run(AGENT_LOST_MS - 1);
  expect(lost).toEqual([]);
  jump(-172_800_000);
  run(1);
  expect(lost).toEqual([ONE]);
});

test('no timer runs when there is nobody to wait for', () => {
  const { leases, run, timers, lost } = open();
  expect(timers()).toBe(0);
  leases.renew(ONE);
  leases.drop(ONE);
  run(60_000);
  expect(timers()).toBe(0);
  leases.renew(ONE);
  leases.close();
  run(60_000);
  expect([timers(), lost.length]).toEqual([0, 0]);
});

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('run'), ms: fc.integer({ min: 0, max: 3_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stall'),
      ms: fc.integer({ min: 1_500, max: 100_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('jump'), ms: fc.integer({ min: -9e7, max: 9e7 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('heard'), ms: fc.constant(0) }) },
);

test('nobody is lost within the lease, everybody one step after it, whatever happens to us meanwhile', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const bench = open();
      bench.leases.renew(ONE);
      // Ms in which we were awake since the agent was heard, at least and at most.
      let least = 0;
      let most = 0;
      for (const { kind, ms } of steps) {
        if (kind === 'jump') bench.jump(ms);
        if (kind === 'heard') {
          if (bench.lost.length > 0) break;
          bench.leases.renew(ONE);
          [least, most] = [0, 0];
        }
        if (kind === 'stall') {
          bench.stall(ms);
          most += 2 * LEASE_TICK_MS;
        }
        if (kind === 'run') {
          bench.run(ms);
          least += ms;
          most += ms;
        }
        const isRight =
          bench.lost.length > 0 ? most >= AGENT_LOST_MS : least < AGENT_LOST_MS + LEASE_TICK_MS;
        expect(isRight).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('the agent has stopped for long enough before it is lost, and a heartbeat or two may be missing', () => {
  expect(AGENT_LOST_MS - AGENT_PAUSE_MS).toBeGreaterThanOrEqual(2 * LEASE_TICK_MS + HEARTBEAT_MS);
  expect(AGENT_LOST_MS).toBeGreaterThan(5 * HEARTBEAT_MS);
});
