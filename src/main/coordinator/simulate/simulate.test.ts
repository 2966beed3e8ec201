/** The simulation: what it promises of the real placement and queue, and that it counts right. */
import { describe, expect, it } from 'vitest';
import { StoredEvent } from '../../../shared/domain/event.ts';
import { madeAgents, SimAgent } from './agents.ts';
import { workOf } from './from-log.ts';
import { placingBy, type Way } from './placing.ts';
import { runSimulation } from './request.ts';
import { simulate } from './simulate.ts';
import { summaryOf, type Summary } from './summary.ts';
import { madeWork, type SimTask } from './work.ts';

const TASKS = 4_000;
const AGENTS = madeAgents(10, 1);
const SLOTS = AGENTS.reduce((sum, { slots }) => sum + slots, 0);
/** Thousands of tasks take seconds, on a machine that may have much else to do. */
const LONG_MS = 180_000;

function outcome(load: number, way: Way): Summary {
  const work = madeWork({ tasks: TASKS, seed: 1, slots: SLOTS, load });
  return summaryOf(way, simulate(work, AGENTS, placingBy(way, 1)));
}

const TASK: SimTask = {
  ...{ arrivesAt: 0, priority: 'normal', repo: '/srv/shop', owner: 'user:1' },
  ...{ specialty: 'backend', needs: [], takesMs: 60_000 },
};
const AGENT = SimAgent.parse({ name: 'alice', slots: 1, coldMs: 10_000 });

describe('thousands of tasks on 10 agents', () => {
  it(
    'that are more than they can do keep them busy, and urgent ones start at once',
    () => {
      const { use, waits, left } = outcome(1.5, 'balanced');
      expect(use.arriving).toBeGreaterThan(0.95);
      expect(use.waiting).toBeGreaterThan(0.95);
      expect(left).toBe(0);
      const [urgent, high, normal, low] = waits.map(({ p50 }) => p50);
      expect(urgent).toBe(0);
      expect([high, normal]).toEqual([high, normal].toSorted((a = 0, b = 0) => a - b));
      expect(normal).toBeLessThan(low ?? 0);
    },
    LONG_MS,
  );

  it(
    'wait within the targets where the load allows it, less and for less money than by load alone or at random',
    () => {
      const balanced = outcome(0.65, 'balanced');
      for (const { inTarget } of balanced.waits) expect(inTarget).toBeGreaterThan(0.95);
      for (const other of [outcome(0.65, 'load only'), outcome(0.65, 'random')]) {
        expect(balanced.meanWaitMs).toBeLessThan(other.meanWaitMs * 0.9);
        expect(balanced.cost).toBeLessThan(other.cost * 0.95);
      }
    },
    LONG_MS,
  );
});

describe('a simulation', () => {
  it('counts waiting, use, cost and cold mirrors as they are', () => {
    const work = [TASK, { ...TASK, arrivesAt: 1_000 }];
    const result = simulate(work, [{ ...AGENT, price: 3_600 }], placingBy('balanced', 1));
    expect(result.waits.map(({ ms }) => ms)).toEqual([0, 69_000]);
    expect(result).toMatchObject({ tookMs: 130_000, left: 0, use: { arriving: 1, waiting: 1 } });
    expect(result.cost).toBeCloseTo(130);
  });

  it('lets a low one stand still for an urgent one, and its work is not lost', () => {
    const work: SimTask[] = [
      { ...TASK, priority: 'low' },
      { ...TASK, arrivesAt: 30_000, priority: 'urgent' },
    ];
    const result = simulate(work, [AGENT], placingBy('balanced', 1));
    expect(result.waits).toEqual([
      { priority: 'low', ms: 0 },
      { priority: 'urgent', ms: 0 },
    ]);
    expect(result).toMatchObject({ yields: 1, tookMs: 130_000 });
  });

  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number): string =>
      JSON.stringify(
        runSimulation({
          ...{ log: null, tasks: 200, seed, load: 0.9, agents: { count: 3 } },
          ...{ strategy: 'balanced', prices: new Map() },
        }),
      );
    expect(of(1)).toBe(of(1));
    expect(of(1)).not.toBe(of(2));
  });

  it('takes the work of a log: what was queued when, and how long it took', () => {
    const created = {
      ...{ type: 'task.created', taskId: 'task-1', title: 'A', body: '', priority: 'high' },
      ...{ repo: { url: '/srv/shop', base: null }, engine: { kind: 'codex' }, needs: ['go'] },
      ...{ after: [], at: null, state: 'pending', by: 'user' },
    };
    const held = { taskId: 'task-1', attemptId: 'task-1.1' };
    const events = [
      { at: 1_000, event: created },
      { at: 2_000, event: { type: 'task.queued', taskId: 'task-1', why: 'analysed' } },
      { at: 5_000, event: { type: 'attempt.started', ...held, reportSeq: 1 } },
      {
        at: 65_000,
        event: {
          ...{ type: 'attempt.ended', ...held, reportSeq: 2, state: 'succeeded' },
          ...{ failure: null, tests: null },
        },
      },
    ].map((one, index) => StoredEvent.parse({ seq: index + 1, actor: 'user', ...one }));
    expect(workOf(events)).toEqual([
      {
        ...{ arrivesAt: 0, takesMs: 60_000, priority: 'high', repo: '/srv/shop', owner: 'user' },
        ...{ specialty: 'general', needs: ['go'] },
      },
    ]);
  });

  it('says what is wrong with what it is asked', () => {
    const asked = { log: null, tasks: 1, seed: 1, load: 1, prices: new Map<string, number>() };
    expect(runSimulation({ ...asked, agents: { count: 1 }, strategy: 'luck' })).toMatchObject({
      error: expect.stringContaining('balanced, geography') as unknown,
    });
    expect(runSimulation({ ...asked, agents: { given: [{}] }, strategy: 'load' }).ok).toBe(false);
  });
});
