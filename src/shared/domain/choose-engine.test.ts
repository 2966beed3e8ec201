/** Which engine takes a task that leaves the choice open, by what must hold whatever the fleet, the accounts and the settings. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId, taskIdOf } from '../ids.ts';
import { AgentProfile, type Agent } from './agent.ts';
import { DEFAULT_ENGINES, type EnginePolicy } from './choose-engine.ts';
import { demandOf, lacking } from './demand.ts';
import { ENGINE_KINDS, NAMED_ENGINES, type EngineChoice, type EngineKind } from './engine.ts';
import { DEFAULT_POLICY, place, type Candidate, type ReadyTask } from './place.ts';
import type { Supply, SupplyOf } from './supply.ts';
import { Specialty } from './specialty.ts';

const LIMITED = { state: 'held', reason: 'limited', why: 'at its limit', until: 5_000 } as const;
const OPEN = { state: 'open' } as const;
const NEAR = { state: 'open', isNear: true } as const;

function agentWith(name: string, ready: readonly EngineKind[], slots = 1): Candidate {
  const engines = ENGINE_KINDS.map((kind) => ({
    ...{ kind, version: '1', why: null },
    ready: ready.includes(kind),
  }));
  const agent: Agent = {
    ...{ id: AgentId.parse(name), name, state: 'idle', connected: true, overloaded: false },
    ...{ draining: false, slots, running: [], conditions: [], enrolment: null, update: null },
    capabilities: {
      ...{ os: 'linux', arch: 'x64', hostname: name, cpus: 4, memoryBytes: 1, diskFreeBytes: 1 },
      ...{ tools: [], engines, specialties: [], labels: [] },
    },
    profile: AgentProfile.parse({}),
    resting: null,
    site: null,
    ...{ version: '1', address: '::1', firstSeenAt: 0, since: 0 },
  };
  return { agent, vitals: null, repos: new Set() };
}

interface Asked {
  readonly engine?: EngineChoice;
  readonly localOnly?: boolean;
  readonly specialty?: Specialty | null;
  readonly failedWith?: readonly EngineKind[];
}

function task(number: number, asked: Asked = {}): ReadyTask {
  const { engine = { kind: 'auto' }, localOnly = false, specialty = null, failedWith = [] } = asked;
  return {
    ...{ id: taskIdOf(number), number, rank: number, specialty, failedWith },
    demand: demandOf({ engine, needs: [], localOnly, security: 'internal', location: null }),
    ...{ repo: 'shop', failedOn: [] },
  };
}

function give(
  tasks: readonly ReadyTask[],
  fleet: readonly Candidate[],
  accounts: Partial<Record<EngineKind, Supply>> = {},
  engines: Partial<EnginePolicy> = {},
) {
  const supply: SupplyOf = (kind) => accounts[kind] ?? null;
  const policy = { ...DEFAULT_POLICY, engines: { ...DEFAULT_ENGINES, ...engines } };
  return place(tasks, fleet, policy, supply);
}

const kinds = fc.subarray([...NAMED_ENGINES]);
const order = fc.shuffledSubarray([...NAMED_ENGINES], { minLength: 1 });
const accounts = fc.dictionary(
  fc.constantFrom(...NAMED_ENGINES),
  fc.constantFrom<Supply>(OPEN, NEAR, LIMITED),
);
const fleets = fc
  .array(fc.tuple(kinds, fc.integer({ min: 1, max: 3 })), { maxLength: 5 })
  .map((list) => list.map(([ready, slots], index) => agentWith(`agent-${index}`, ready, slots)));
const queues = fc
  .array(
    fc.record({
      localOnly: fc.boolean(),
      specialty: fc.option(fc.constantFrom(...Specialty.options)),
      failedWith: kinds,
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map((asked, index) => task(index + 1, asked)));
const policies = fc.record({ order, cheapFor: fc.subarray([...Specialty.options]) });

/** What an attempt would work with. */
function workedOnWith({ engine, taskId }: ReturnType<typeof place>[number], queue: ReadyTask[]) {
  const kind = engine?.kind ?? queue.find(({ id }) => id === taskId)?.demand.engine;
  if (kind === undefined || kind === 'auto') throw new Error('nothing works on it');
  return kind;
}

describe('the engine of a task that names none', () => {
  it('is one that its agent can run, that is not held, and that the settings name', () => {
    fc.assert(
      fc.property(queues, fleets, accounts, policies, (queue, fleet, held, policy) => {
        for (const given of give(queue, fleet, held, policy)) {
          const kind = workedOnWith(given, queue);
          const chosen = fleet.find(({ agent }) => agent.id === given.agentId)?.agent;
          const demand = { engine: kind, needs: [] };
          expect(chosen && lacking(chosen, demand)).toBeNull();
          expect(held[kind]?.state).not.toBe('held');
          const asked = queue.find(({ id }) => id === given.taskId)?.demand.engine;
          expect(asked === 'auto' ? policy.order : [asked]).toContain(kind);
        }
      }),
    );
  });

  it('is ollama or nothing where the task must not leave its agent', () => {
    fc.assert(
      fc.property(queues, fleets, accounts, policies, (queue, fleet, held, policy) => {
        const local = queue.map((one) => task(one.number, { localOnly: true }));
        const given = give(local, fleet, held, policy);
        expect(given.map((one) => workedOnWith(one, local))).toEqual(given.map(() => 'ollama'));
      }),
    );
  });

  it('is the same whatever the order of tasks and agents', () => {
    const shuffled = fc
      .tuple(queues, fleets)
      .chain(([queue, fleet]) =>
        fc.tuple(
          ...[fc.constant(queue), fc.constant(fleet)],
          fc.shuffledSubarray(queue, { minLength: queue.length }),
          fc.shuffledSubarray(fleet, { minLength: fleet.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, accounts, policies, ([a, b, c, d], held, policy) => {
        expect(give(c, d, held, policy)).toEqual(give(a, b, held, policy));
      }),
    );
  });

  it('leaves no task behind that a free agent could work on with any of them', () => {
    fc.assert(
      fc.property(kinds, accounts, policies, (ready, held, policy) => {
        const able = policy.order.some(
          (kind) => ready.includes(kind) && held[kind]?.state !== 'held',
        );
        const given = give([task(1)], [agentWith('agent-0', ready)], held, policy);
        expect(given.length).toBe(able ? 1 : 0);
      }),
    );
  });
});

describe('which of those that can', () => {
  const both = [agentWith('agent-0', ['claude-code', 'codex', 'ollama'])];
  const kindOf = (...args: Parameters<typeof give>): string | undefined =>
    give(...args)[0]?.engine?.kind;

  it('is the first in the order of the settings, or in that of its specialty', () => {
    expect(kindOf([task(1)], both)).toBe('claude-code');
    expect(kindOf([task(1)], both, {}, { order: ['codex', 'claude-code'] })).toBe('codex');
    const bySpecialty = { documentation: ['ollama', 'codex'] } as const;
    const docs = [task(1, { specialty: 'documentation' })];
    expect(kindOf(docs, both, {}, { bySpecialty })).toBe('ollama');
    expect(kindOf([task(1, { specialty: 'backend' })], both, {}, { bySpecialty })).toBe(
      'claude-code',
    );
  });

  it('is the next while one is held, or near its limit; the near one goes before nothing at all', () => {
    expect(kindOf([task(1)], both, { 'claude-code': LIMITED })).toBe('codex');
    expect(kindOf([task(1)], both, { 'claude-code': NEAR })).toBe('codex');
    const claude = [agentWith('agent-0', ['claude-code'])];
    expect(kindOf([task(1)], claude, { 'claude-code': NEAR })).toBe('claude-code');
  });

  it('is one that has not failed the task, as long as there is such', () => {
    expect(kindOf([task(1, { failedWith: ['claude-code'] })], both)).toBe('codex');
    const failedWith = ['claude-code', 'codex', 'ollama'] as const;
    expect(kindOf([task(1, { failedWith })], both)).toBe('claude-code');
  });

  it('is the cheapest for the specialties that are to be cheap', () => {
    const cheapFor = ['testing'] as const;
    const tests = [task(1, { specialty: 'testing' })];
    expect(kindOf(tests, both, {}, { cheapFor })).toBe('ollama');
    const paid = [agentWith('agent-0', ['claude-code', 'codex'])];
    expect(kindOf(tests, paid, { 'claude-code': OPEN }, { cheapFor })).toBe('codex');
    expect(kindOf([task(1)], both, {}, { cheapFor })).toBe('claude-code');
  });

  it('decides before the agent does: the better engine is gone to', () => {
    const cached = { ...agentWith('agent-0', ['codex']), repos: new Set(['shop']) };
    const fleet = [cached, agentWith('agent-1', ['claude-code'])];
    const [given] = give([task(1)], fleet);
    expect([given?.agentId, given?.engine?.kind]).toEqual(['agent-1', 'claude-code']);
  });

  it('says why, and which came before it', () => {
    const [given] = give([task(1, { failedWith: ['opencode'] })], both, {
      'claude-code': LIMITED,
    });
    expect(given?.reasons[0]?.why).toMatch(/^codex, not claude-code \(its limit is reached\); /);
    expect(given?.reasons[0]?.engine).toEqual({
      kind: 'codex',
      passed: [{ kind: 'claude-code', why: 'limited' }],
    });
  });

  it('gives Claude Code the model of the settings', () => {
    const [given] = give([task(1)], both, {}, { claudeModel: 'opus' });
    expect(given?.engine).toEqual({ kind: 'claude-code', model: 'opus' });
  });
});
