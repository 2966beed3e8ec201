/** How a simulation gives tasks to agents: as the coordinator does, and in two simple ways to hold that against. Pure. */
import { lackOf } from '../../../shared/domain/demand.ts';
import {
  DEFAULT_POLICY,
  place,
  type Assignment,
  type Candidate,
  type ReadyTask,
} from '../../../shared/domain/place.ts';
import { STRATEGIES, STRATEGY_WEIGHTS, type Weights } from '../../../shared/domain/strategy.ts';
import { randomFrom } from './work.ts';

export type Placing = (
  ready: readonly ReadyTask[],
  candidates: readonly Candidate[],
) => Assignment[];

/** The strategies of the coordinator; `load only`: nothing but free slots and idle processors counts; `random`. */
export const WAYS = [...STRATEGIES, 'load only', 'random'] as const;
export type Way = (typeof WAYS)[number];

export function placingBy(way: Way, seed: number): Placing {
  if (way === 'random') return placingAtRandom(seed);
  const weights = way === 'load only' ? LOAD_ONLY : STRATEGY_WEIGHTS[way];
  return (ready, candidates) => place(ready, candidates, { ...DEFAULT_POLICY, weights });
}

const LOAD_ONLY: Weights = {
  ...{ freeSlots: 10, idleCpu: 5, cached: 0, specialty: 0, speed: 0, success: 0 },
  ...{ latency: 0, cost: 0, engine: 0, failedHere: 0 },
};

function placingAtRandom(seed: number): Placing {
  const random = randomFrom(seed);
  return (ready, candidates) => {
    const taken = new Map(candidates.map(({ agent }) => [agent.id, agent.running.length]));
    return ready
      .toSorted((a, b) => a.rank - b.rank || a.number - b.number)
      .flatMap(({ id: taskId, demand }) => {
        const able = candidates.filter(
          ({ agent }) => (taken.get(agent.id) ?? 0) < agent.slots && !lackOf(agent, demand),
        );
        const agentId = able[Math.floor(random() * able.length)]?.agent.id;
        if (agentId === undefined) return [];
        taken.set(agentId, (taken.get(agentId) ?? 0) + 1);
        return [{ taskId, agentId, reasons: [] }];
      });
  };
}
