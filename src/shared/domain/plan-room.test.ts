/** Room for urgent tasks, whatever the agents hold: by its properties. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AttemptId } from '../ids.ts';
import { place } from './place.ts';
import { readyTask, worker } from './testing-agents.ts';
import { planRoom, type Lodger, type RoomQuestion } from './plan-room.ts';

interface Held {
  /** What the agent holds: others' work, low ones that can make room, ones that did. */
  readonly fixed: number;
  readonly lodgers: number;
  readonly yielded: number;
  readonly slots: number;
  readonly draining: boolean;
}

const helds = fc.array(
  fc.record({
    fixed: fc.nat({ max: 3 }),
    lodgers: fc.nat({ max: 3 }),
    yielded: fc.nat({ max: 2 }),
    slots: fc.integer({ min: 1, max: 4 }),
    draining: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

function question(held: readonly Held[], urgent: number): RoomQuestion {
  const lodgers: Lodger[] = [];
  const yielded: Lodger[] = [];
  const candidates = held.map(({ fixed, lodgers: low, yielded: still, slots, draining }, n) => {
    const name = `agent-${n}`;
    const ids = Array.from({ length: fixed + low + still }, (_, i) =>
      AttemptId.parse(`task-${n + 1}${i + 1}.1`),
    );
    const agent = { ...worker(name, { slots, running: ids }), draining };
    const own = ids.map((attemptId, at) => ({ attemptId, agentId: agent.id, fence: at + 1 }));
    lodgers.push(...own.slice(fixed, fixed + low));
    yielded.push(...own.slice(fixed + low));
    return { agent, vitals: null, repos: new Set<string>() };
  });
  const tasks = Array.from({ length: urgent }, (_, n) => readyTask(900 + n));
  return { urgent: tasks, candidates, lodgers, yielded };
}

/** What works on each agent after the plan, and on how many slots. */
function after(
  asked: RoomQuestion,
): { busy: number; before: number; slots: number; still: number }[] {
  const plan = planRoom(asked, place);
  return asked.candidates.map(({ agent }) => {
    const here = (ids: readonly AttemptId[]): number =>
      ids.filter((id) => agent.running.includes(id)).length;
    const still = asked.yielded.filter(({ agentId }) => agentId === agent.id).length;
    const before = agent.running.length - still;
    const given = plan.assignments.filter(({ agentId }) => agentId === agent.id).length;
    const yields = here(plan.yields.map(({ attemptId }) => attemptId));
    const goOn = here(plan.continues);
    const busy = before + given - yields + goOn;
    return { busy, before, slots: agent.slots, still: still + yields - goOn };
  });
}

describe('planRoom', () => {
  it('gives no slot twice, and lets nothing stand still while a slot is spare', () => {
    fc.assert(
      fc.property(helds, fc.nat({ max: 6 }), (held, urgent) => {
        for (const { busy, before, slots, still } of after(question(held, urgent))) {
          expect(busy).toBeLessThanOrEqual(Math.max(before, slots));
          expect(still === 0 || busy >= slots).toBe(true);
        }
      }),
    );
  });

  it('takes the newest low one, of an agent that can take the task, and no more than needed', () => {
    const asked = question([{ fixed: 1, lodgers: 2, yielded: 0, slots: 3, draining: false }], 1);
    const { yields, assignments, continues } = planRoom(asked, place);
    expect(yields).toEqual([{ attemptId: 'task-13.1', to: 'task-900' }]);
    expect(assignments.map(({ agentId }) => agentId)).toEqual(['agent-0']);
    expect(continues).toEqual([]);
  });

  it('leaves to the loop what finds a free slot', () => {
    const full = { fixed: 0, lodgers: 1, yielded: 0, slots: 1, draining: false };
    const free = { ...full, lodgers: 0 };
    expect(planRoom(question([full, free], 1), place)).toEqual({
      yields: [],
      assignments: [],
      continues: [],
    });
  });

  it('gives the slot of one that stands still already to the next urgent one, or back', () => {
    const held = [{ fixed: 0, lodgers: 0, yielded: 1, slots: 1, draining: false }];
    const next = planRoom(question(held, 1), place);
    expect(next).toMatchObject({ yields: [], continues: [] });
    expect(next.assignments).toHaveLength(1);
    expect(planRoom(question(held, 0), place).continues).toEqual(['task-11.1']);
  });
});
