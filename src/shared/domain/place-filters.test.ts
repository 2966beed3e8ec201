/** What placement must never do, and that its short cuts change nothing, whatever the fleet and the queue. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../ids.ts';
import type { Agent } from './agent.ts';
import { DEFAULT_ENGINES } from './choose-engine.ts';
import type { EngineKind, EngineSpec } from './engine.ts';
import { place, standingsOf, type Assignment, type Candidate, type ReadyTask } from './place.ts';
import { SECURITY_LEVELS } from './security.ts';
import { Specialty } from './specialty.ts';
import { candidateOf, WORDS, type Facts } from './testing-fleets.ts';
import { STRATEGIES, STRATEGY_WEIGHTS } from './strategy.ts';
import type { Supply, SupplyOf } from './supply.ts';

const LIMITED = { state: 'held', reason: 'limited', why: 'at its limit', until: 5_000 } as const;

const REPOS = ['shop', 'site', 'tool'];
const SPECIALTIES = Specialty.options.slice(0, 3);
const KINDS: readonly EngineKind[] = ['command', 'codex', 'ollama'];

const facts: fc.Arbitrary<Facts> = fc.record({
  // Few values: equal scores must not be left to the order of the input.
  slots: fc.integer({ min: 1, max: 3 }),
  taken: fc.nat({ max: 3 }),
  trouble: fc.constantFrom(
    ...(['none', 'none', 'none', 'offline', 'draining', 'overloaded', 'disk_full'] as const),
    ...(['elsewhere', 'resting'] as const),
  ),
  ready: fc.subarray([...KINDS]),
  tools: fc.subarray(['gpu', 'go']),
  labels: fc.subarray(WORDS, { maxLength: 3 }),
  specialties: fc.subarray(SPECIALTIES),
  groups: fc.constantFrom<string[]>([], ['Farm']),
  location: fc.constantFrom(null, 'Tokyo', 'Tokyo, 3rd floor', 'London'),
  clearance: fc.constantFrom(...SECURITY_LEVELS),
  os: fc.constantFrom('linux', 'darwin'),
  arch: fc.constantFrom('x64', 'arm64'),
  memoryBytes: fc.constantFrom(8e9, 16e9),
  cpu: fc.constantFrom(0, 0.5, 1),
  repos: fc.subarray(REPOS),
  latencyMs: fc.constantFrom(null, 1, 100, 500),
  record: fc.constantFrom(null, { speed: 2, success: 0.2 }, { speed: 0.1, success: -0.5 }),
});
const anyFleet: fc.Arbitrary<Candidate[]> = fc
  .array(facts, { maxLength: 12 })
  .map((list) => list.map(candidateOf));

/** A few kinds of tasks, so that several are alike. */
const kinds = fc.record({
  engine: fc.constantFrom('auto' as const, ...KINDS),
  needs: fc.oneof(fc.constant<string[]>([]), fc.subarray(WORDS, { maxLength: 2 })),
  repo: fc.constantFrom(...REPOS),
  specialty: fc.option(fc.constantFrom(...SPECIALTIES)),
  failedOn: fc.oneof(fc.constant<string[]>([]), fc.subarray(['agent-0', 'agent-1'])),
  failedWith: fc.oneof(fc.constant<EngineKind[]>([]), fc.subarray([...KINDS], { maxLength: 1 })),
});

const anyQueue: fc.Arbitrary<ReadyTask[]> = fc
  .array(kinds, { minLength: 1, maxLength: 3 })
  .chain((some) =>
    fc.array(fc.tuple(fc.constantFrom(...some), fc.nat({ max: 10 })), { maxLength: 12 }),
  )
  .map((list) =>
    list.map(([{ engine, needs, failedOn, ...rest }, rank], index) => ({
      ...{ ...rest, rank, id: taskIdOf(index + 1), number: index + 1 },
      demand: { engine, needs },
      failedOn: failedOn.map((id) => AgentId.parse(id)),
    })),
  );

const policies = fc
  .constantFrom(...STRATEGIES)
  .map((strategy) => ({ weights: STRATEGY_WEIGHTS[strategy], engines: DEFAULT_ENGINES }));
const supplies = fc
  .dictionary(
    fc.constantFrom<EngineKind>('command', 'codex', 'ollama'),
    fc.constantFrom<Supply>({ state: 'open' }, LIMITED),
  )
  .map(
    (known): SupplyOf =>
      (kind) =>
        new Map(Object.entries(known)).get(kind) ?? null,
  );

/** Written again, by hand and for these agents alone, so that it cannot be wrong in the same way. */
const MEETS: Readonly<Record<string, (agent: Agent) => boolean>> = {
  gpu: (agent) => says(agent, 'gpu'),
  go: (agent) => says(agent, 'go'),
  'agent.agent-1': ({ id }) => String(id) === 'agent-1',
  'not.agent.agent-0': ({ id }) => String(id) !== 'agent-0',
  'group.farm': ({ profile }) => profile.groups.includes('Farm'),
  'not.group.farm': ({ profile }) => !profile.groups.includes('Farm'),
  'os.linux': ({ capabilities }) => capabilities.os === 'linux',
  'os.macos': ({ capabilities }) => capabilities.os === 'darwin',
  'arch.arm64': ({ capabilities }) => capabilities.arch === 'arm64',
  'memory.16g': ({ capabilities }) => capabilities.memoryBytes === 16e9,
  'at.tokyo': ({ profile }) => profile.location?.startsWith('Tokyo') === true,
  'not.at.tokyo': ({ profile }) => profile.location?.startsWith('Tokyo') !== true,
  'clearance.public': () => true,
  'clearance.confidential': ({ profile }) => profile.clearance === 'confidential',
};

function says({ capabilities: { tools, labels } }: Agent, word: string): boolean {
  return labels.includes(word) || tools.some(({ name }) => name === word);
}

function may(agent: Agent, { demand }: ReadyTask, kind: EngineKind): boolean {
  const { connected, draining, overloaded, conditions, site, resting, profile } = agent;
  const isWell = connected && !draining && !overloaded && conditions.length === 0;
  const isOurs = site === null && resting === null;
  const isSaid = demand.needs.some((need) => need.startsWith('clearance.'));
  const isCleared = isSaid || profile.clearance !== 'public';
  const runs = agent.capabilities.engines.some((engine) => engine.kind === kind && engine.ready);
  return (
    isWell && isOurs && isCleared && runs && demand.needs.every((need) => MEETS[need]?.(agent))
  );
}

it('knows every word that the queues of these tests use', () => {
  expect(Object.keys(MEETS).toSorted()).toEqual(WORDS.toSorted());
});

it('gives a task only to agents that are well, ours, able, cleared, in the right place, and with an engine that can speak', () => {
  fc.assert(
    fc.property(anyQueue, anyFleet, policies, supplies, (queue, fleet, policy, supply) => {
      const given = place(queue, fleet, policy, supply);
      for (const { taskId, agentId, engine } of given) {
        const task = queue.find(({ id }) => id === taskId);
        const agent = fleet.find((one) => one.agent.id === agentId)?.agent;
        const kind = engine?.kind ?? task?.demand.engine;
        if (!task || !agent || kind === undefined || kind === 'auto') throw new Error('no such');
        expect(may(agent, task, kind)).toBe(true);
        expect(supply(kind)?.state).not.toBe('held');
      }
      for (const { agent } of fleet) {
        const mine = given.filter(({ agentId }) => agentId === agent.id).length;
        expect(agent.running.length + mine).toBeLessThanOrEqual(agent.slots);
      }
    }),
    { numRuns: 300 },
  );
});

it('decides as if each agent were judged anew for each task', () => {
  fc.assert(
    fc.property(anyQueue, anyFleet, policies, supplies, (queue, fleet, policy, supply) => {
      const given = place(queue, fleet, policy, supply);
      const short = given.map(({ taskId, agentId, engine }) => ({ taskId, agentId, engine }));
      expect(short).toEqual(exhaustively(queue, fleet, policy, supply));
    }),
    { numRuns: 300 },
  );
});

it('stops after so many, with the same decisions', () => {
  fc.assert(
    fc.property(anyQueue, anyFleet, fc.nat({ max: 4 }), (queue, fleet, most) => {
      const all = place(queue, fleet);
      expect(place(queue, fleet, undefined, undefined, most)).toEqual(all.slice(0, most));
    }),
  );
});

it('accounts for every agent, named or counted, the chosen one first', () => {
  fc.assert(
    fc.property(anyQueue, anyFleet, policies, supplies, (queue, fleet, policy, supply) => {
      for (const { agentId, reasons, passed = [] } of place(queue, fleet, policy, supply)) {
        const counted = passed.reduce((sum, { count }) => sum + count, 0);
        expect(reasons.length + counted).toBe(fleet.length);
        expect(reasons.length).toBe(Math.min(fleet.length, 8));
        expect(reasons[0]?.agentId).toBe(agentId);
        const scores = reasons.map(({ score }) => score ?? -Infinity);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }
    }),
  );
});

it('tells how agents stand as it would decide', () => {
  fc.assert(
    fc.property(anyQueue, anyFleet, policies, supplies, (queue, fleet, policy, supply) => {
      for (const task of queue) {
        const [given] = place([task], fleet, policy, supply);
        const told = standingsOf(task, fleet, policy, supply);
        const canTake = told.reasons.some(({ score }) => score !== null);
        expect(canTake ? told.reasons : undefined).toEqual(given?.reasons);
      }
    }),
  );
});

it('weighs nothing above a better engine, and two of those not above a failure there', () => {
  for (const strategy of STRATEGIES) {
    const { engine, failedHere, speed, success, ...others } = STRATEGY_WEIGHTS[strategy];
    // These two speak for an agent, or against it.
    const spread = Object.values(others).reduce((sum, one) => sum + one, 2 * (speed + success));
    expect(spread).toBeLessThanOrEqual(engine);
    expect(2 * engine).toBeLessThan(failedHere);
  }
});

/** Task by task, agent by agent, each alone. */
function exhaustively(
  queue: readonly ReadyTask[],
  fleet: readonly Candidate[],
  policy: Parameters<typeof place>[2],
  supply: SupplyOf,
): { taskId: TaskId; agentId: AgentId; engine: EngineSpec | undefined }[] {
  const taken = new Map(fleet.map(({ agent }) => [agent.id, agent.running]));
  const inOrder = queue.toSorted((a, b) => a.rank - b.rank || a.number - b.number);
  return inOrder.flatMap((task) => {
    const alone = fleet.flatMap((candidate) => {
      const running = taken.get(candidate.agent.id) ?? [];
      return place(
        [task],
        [{ ...candidate, agent: { ...candidate.agent, running } }],
        policy,
        supply,
      );
    });
    const [best] = alone.toSorted(
      (a, b) => scoreOf(b) - scoreOf(a) || (a.agentId < b.agentId ? -1 : 1),
    );
    if (!best) return [];
    const { taskId, agentId, engine } = best;
    const running = taken.get(agentId) ?? [];
    taken.set(agentId, [...running, attemptIdOf(taskId, 1)]);
    return [{ taskId, agentId, engine }];
  });
}

function scoreOf({ reasons }: Assignment): number {
  return reasons[0]?.score ?? -Infinity;
}
