/** What a line waits for, as a value and in words, agrees with what placement would do. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentId, TaskId } from '../ids.ts';
import { Agent } from './agent.ts';
import { NEW_WORKSHOP } from './state.ts';
import { place } from './place.ts';
import { MOST_TOLD, Wait, waitOf } from './wait.ts';

const DEMAND = { engine: 'command', needs: ['gpu'] } as const;
const demand = { ...DEMAND, needs: [...DEMAND.needs] };

interface Facts {
  readonly connected: boolean;
  readonly draining: boolean;
  readonly overloaded: boolean;
  readonly isFull: boolean;
  readonly isBroken: boolean;
  readonly hasGpu: boolean;
}

const WELL: Facts = {
  connected: true,
  draining: false,
  overloaded: false,
  isFull: false,
  isBroken: false,
  hasGpu: true,
};

function agentOf(facts: Facts, index: number): Agent {
  return Agent.parse({
    id: `kiln-${index + 1}`,
    name: 'Kiln',
    state: 'idle',
    connected: facts.connected,
    overloaded: facts.overloaded,
    draining: facts.draining,
    slots: 1,
    running: facts.isFull ? ['task-9.1'] : [],
    capabilities: {
      ...{ os: 'linux', arch: 'x64', hostname: 'h', cpus: 1, memoryBytes: 1, diskFreeBytes: 1 },
      tools: [],
      engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      specialties: [],
      labels: facts.hasGpu ? ['gpu'] : [],
    },
    conditions: facts.isBroken ? [{ kind: 'disk_full', since: 1, message: 'no room' }] : [],
    version: '1',
    address: '',
    firstSeenAt: 1,
    since: 1,
  });
}

const facts = fc.record({
  connected: fc.boolean(),
  draining: fc.boolean(),
  overloaded: fc.boolean(),
  isFull: fc.boolean(),
  isBroken: fc.boolean(),
  hasGpu: fc.boolean(),
});

it('waits for nothing exactly when placement would give the task to an agent', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 6 }), (fleet) => {
      const agents = fleet.map(agentOf);
      const ready = { id: TaskId.parse('task-1'), number: 1, rank: 1, demand };
      const placed = place(
        [{ ...ready, specialty: null, repo: 'r', failedOn: [], failedWith: [] }],
        agents.map((agent) => ({ agent, vitals: null, repos: new Set<string>() })),
      );
      expect(waitOf(NEW_WORKSHOP, agents, demand) === null).toBe(placed.length === 1);
    }),
  );
});

it('says what keeps each agent', () => {
  const kept = (...fleet: Partial<Facts>[]) =>
    waitOf(
      NEW_WORKSHOP,
      fleet.map((one, index) => agentOf({ ...WELL, ...one }, index)),
      demand,
    );
  const [one, two] = ['kiln-1', 'kiln-2'].map((id) => AgentId.parse(id));
  expect(kept({ connected: false })?.wait).toEqual({ code: 'nobody' });
  expect(kept({ hasGpu: false })).toEqual({
    wait: {
      code: 'unable',
      agents: [{ agentId: one, lack: { code: 'missing', about: 'gpu' } }],
      more: 0,
    },
    words: 'kiln-1 lacks gpu',
  });
  const busy = kept({ isBroken: true }, { isFull: true });
  expect(busy?.wait).toEqual({
    code: 'busy',
    agents: [
      { agentId: one, lack: { code: 'trouble', about: 'disk_full' } },
      { agentId: two, lack: { code: 'full' } },
    ],
    more: 0,
  });
  expect(busy?.words).toContain('kiln-1: no room');
  expect(waitOf({ ...NEW_WORKSHOP, queuePaused: true }, [], demand)?.wait.code).toBe('paused');
});

it('tells of so many agents and no more', () => {
  const agents = Array.from({ length: MOST_TOLD + 5 }, (_, index) =>
    agentOf({ ...WELL, hasGpu: false }, index),
  );
  const told = waitOf(NEW_WORKSHOP, agents, demand);
  expect(Wait.parse(told?.wait)).toMatchObject({ code: 'unable', more: 5 });
  expect(told?.words).toMatch(/; and 5 more$/);
});

it('names the account that its engine waits for, once an agent could take it', () => {
  const hold = {
    state: 'held',
    reason: 'limited',
    why: 'the account "Main" is at its limit',
    until: 5_000,
  } as const;
  const told = waitOf(NEW_WORKSHOP, [agentOf({ ...WELL, isFull: true }, 0)], demand, () => hold);
  expect(told?.wait).toEqual({ code: 'models', engine: 'command', why: 'limited', until: 5_000 });
  expect(told?.words).toBe('the account "Main" is at its limit until 1970-01-01T00:00:05.000Z');
  const nobodyCould = waitOf(
    NEW_WORKSHOP,
    [agentOf({ ...WELL, hasGpu: false }, 0)],
    demand,
    () => hold,
  );
  expect(nobodyCould?.wait.code).toBe('unable');
});
