/** Placement by its properties: whatever the queue and the fleet look like. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId, AttemptId, taskIdOf } from '../ids.ts';
import { AgentProfile, agentState, type Agent } from './agent.ts';
import { lacking } from './demand.ts';
import type { Condition } from './condition.ts';
import { place, type Assignment, type Candidate, type ReadyTask } from './place.ts';

const TOOLS = ['python3', 'gpu', 'go'];

const agents = fc
  .array(
    fc.record({
      connected: fc.boolean(),
      overloaded: fc.boolean(),
      draining: fc.boolean(),
      slots: fc.integer({ min: 1, max: 4 }),
      taken: fc.nat({ max: 4 }),
      tools: fc.subarray(TOOLS),
      ready: fc.boolean(),
      // Few values: equal scores must not be left to the order of the input.
      cpu: fc.constantFrom(0, 0.5, 1),
    }),
    { maxLength: 6 },
  )
  .map((list) => list.map((facts, index) => candidate(`agent-${index}`, facts)));

interface Facts {
  readonly connected: boolean;
  readonly overloaded: boolean;
  readonly draining: boolean;
  readonly slots: number;
  readonly taken: number;
  readonly tools: readonly string[];
  readonly ready: boolean;
  readonly cpu: number;
  readonly conditions?: Condition[];
}

const LOW: Condition = { kind: 'disk_low', since: 1, message: 'little room' };
const FULL: Condition = { kind: 'disk_full', since: 2, message: 'no room' };

const FREE: Facts = {
  connected: true,
  overloaded: false,
  draining: false,
  slots: 1,
  taken: 0,
  tools: [],
  ready: true,
  cpu: 0,
};

function candidate(name: string, facts: Facts): Candidate {
  const { connected, overloaded, draining, slots, tools, ready, cpu } = facts;
  const running = Array.from({ length: Math.min(facts.taken, slots) }, (_, n) =>
    AttemptId.parse(`task-9${n}.1`),
  );
  const agent: Agent = {
    id: AgentId.parse(name),
    name,
    state: agentState({ connected, overloaded, draining, running, version: '1', update: null }),
    connected,
    overloaded,
    draining,
    slots,
    running,
    conditions: facts.conditions ?? [],
    capabilities: {
      os: 'linux',
      arch: 'x64',
      hostname: name,
      cpus: 4,
      memoryBytes: 1,
      diskFreeBytes: 1,
      tools: tools.map((tool) => ({ name: tool, version: '1', path: tool })),
      engines: [{ kind: 'command', version: '1', ready, why: null }],
      specialties: ['backend'],
      labels: [],
    },
    profile: AgentProfile.parse({}),
    resting: null,
    site: null,
    enrolment: null,
    update: null,
    version: '1',
    address: '::1',
    firstSeenAt: 0,
    since: 0,
  };
  const vitals = { cpu, memoryUsedBytes: 0, memoryBytes: 1, diskFreeBytes: 1, load1: 0 };
  return { agent, vitals, repos: new Set(['shop']) };
}

const tasks = fc
  .array(
    fc.record({
      rank: fc.integer({ min: 0, max: 20 }),
      needs: fc.subarray(TOOLS),
      repo: fc.constantFrom('shop', 'other'),
      failedOn: fc.subarray(['agent-0', 'agent-1']),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ rank, needs, repo, failedOn }, index) =>
      waiting(
        index + 1,
        rank,
        needs,
        repo,
        failedOn.map((id) => AgentId.parse(id)),
      ),
    ),
  );

function waiting(
  number: number,
  rank: number,
  needs: string[] = [],
  repo = 'shop',
  failedOn: AgentId[] = [],
): ReadyTask {
  return {
    id: taskIdOf(number),
    number,
    rank,
    demand: { engine: 'command', needs },
    specialty: 'backend',
    repo,
    failedOn,
    failedWith: [],
  };
}

function inOrder(assignments: readonly Assignment[]): string[] {
  return assignments.map(({ taskId, agentId }) => `${taskId} ${agentId}`);
}

describe('place', () => {
  it('gives no agent more than its free slots, and none that cannot take the task', () => {
    fc.assert(
      fc.property(tasks, agents, (queue, fleet) => {
        const assignments = place(queue, fleet);
        for (const { agent } of fleet) {
          const mine = assignments.filter(({ agentId }) => agentId === agent.id);
          const able = agent.connected && !agent.draining && !agent.overloaded;
          expect(mine.length).toBeLessThanOrEqual(able ? agent.slots - agent.running.length : 0);
        }
        for (const { taskId, agentId } of assignments) {
          const task = queue.find(({ id }) => id === taskId);
          const chosen = fleet.find(({ agent }) => agent.id === agentId)?.agent;
          expect(task && chosen && lacking(chosen, task.demand)).toBeNull();
        }
      }),
    );
  });

  it('assigns a task once', () => {
    fc.assert(
      fc.property(tasks, agents, (queue, fleet) => {
        const ids = place(queue, fleet).map(({ taskId }) => taskId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('takes the lowest rank first among tasks that demand the same', () => {
    fc.assert(
      fc.property(tasks, agents, (queue, fleet) => {
        const assigned = new Set(place(queue, fleet).map(({ taskId }) => taskId));
        const passed = queue.flatMap((behind) =>
          queue.filter(
            (other) =>
              !assigned.has(behind.id) &&
              assigned.has(other.id) &&
              behind.demand.needs.join() === other.demand.needs.join() &&
              (behind.rank < other.rank ||
                (behind.rank === other.rank && behind.number < other.number)),
          ),
        );
        expect(passed).toEqual([]);
      }),
    );
  });

  it('leaves no slot free that a waiting task could use', () => {
    fc.assert(
      fc.property(tasks, agents, (queue, fleet) => {
        const assignments = place(queue, fleet);
        const left = queue.filter(({ id }) => !assignments.some(({ taskId }) => taskId === id));
        const idle = fleet.filter(({ agent }) => {
          const taken = assignments.filter(({ agentId }) => agentId === agent.id).length;
          const able = agent.connected && !agent.draining && !agent.overloaded;
          return able && agent.running.length + taken < agent.slots;
        });
        const missed = left.filter(({ demand }) =>
          idle.some(({ agent }) => lacking(agent, demand) === null),
        );
        expect(missed).toEqual([]);
      }),
    );
  });

  it('answers the same whatever the order of its input', () => {
    const shuffled = fc
      .tuple(tasks, agents)
      .chain(([queue, fleet]) =>
        fc.tuple(
          fc.constant(place(queue, fleet)),
          fc.shuffledSubarray(queue, { minLength: queue.length }),
          fc.shuffledSubarray(fleet, { minLength: fleet.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([expected, queue, fleet]) => {
        expect(place(queue, fleet)).toEqual(expected);
      }),
    );
  });

  it('takes the first by name among equals', () => {
    const fleet = ['agent-2', 'agent-0', 'agent-1'].map((name) => candidate(name, FREE));
    expect(inOrder(place([waiting(1, 0), waiting(2, 0)], fleet))).toEqual([
      'task-1 agent-0',
      'task-2 agent-1',
    ]);
  });

  it('starves nothing: each round that has a slot for a task takes the one that waits longest', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 50 }), { minLength: 1, maxLength: 12 }), (ranks) => {
        let queue = ranks.map((rank, index) => waiting(index + 1, rank));
        const served: number[] = [];
        // A new task comes with each round, always behind those that wait.
        for (let round = 0; round < ranks.length; round++) {
          const [first] = place(queue, [candidate('agent-0', FREE)]);
          const task = queue.find(({ id }) => id === first?.taskId);
          served.push(task?.rank ?? -1);
          queue = [...queue.filter((other) => other !== task), waiting(100 + round, 100 + round)];
        }
        expect(served).toEqual(ranks.toSorted((a, b) => a - b));
      }),
    );
  });

  it('goes back to an agent that failed the task only when no other can take it', () => {
    const first = AgentId.parse('agent-0');
    const fleet = [
      candidate('agent-0', FREE),
      candidate('agent-1', { ...FREE, cpu: 1, slots: 4, taken: 3 }),
    ];
    expect(inOrder(place([waiting(1, 0, [], 'shop', [first])], fleet))).toEqual(['task-1 agent-1']);
    expect(inOrder(place([waiting(1, 0, [], 'shop', [first])], fleet.slice(0, 1)))).toEqual([
      'task-1 agent-0',
    ]);
  });

  it('says why: the chosen agent first, then what the others lack, or else what keeps them', () => {
    const able = { ...FREE, tools: ['gpu'] };
    const fleet = [
      candidate('agent-0', { ...able, connected: false }),
      candidate('agent-1', { ...able, draining: true }),
      candidate('agent-2', { ...able, overloaded: true }),
      candidate('agent-3', { ...able, taken: 1 }),
      candidate('agent-4', { ...able, ready: false }),
      // Full as well, but it would not help to wait for that.
      candidate('agent-5', { ...FREE, taken: 1 }),
      candidate('agent-6', able),
      candidate('agent-7', { ...able, conditions: [LOW, FULL] }),
    ];
    const [assignment] = place([waiting(1, 0, ['gpu'])], fleet);
    expect(assignment?.reasons.map(({ agentId, why }) => `${agentId}: ${why}`)).toEqual([
      'agent-6: free slots, idle processor, repository in cache, specialty fits',
      'agent-0: offline',
      'agent-1: draining',
      'agent-2: overloaded',
      'agent-3: no free slot',
      'agent-4: command is not ready: unknown reason',
      'agent-5: lacks gpu',
      'agent-7: disk_full',
    ]);
  });
});
