/**
 * Placement: which ready task goes to which agent, and why. Pure and deterministic: the same input gives the same answer.
 * Cost: agents × kinds of tasks (`place-line.ts`), and for each decision no more than the logarithm of both.
 */
import { heapOf } from '../heap.ts';
import type { AgentId, TaskId } from '../ids.ts';
import type { PassedCount, PlacementReason } from './attempt.ts';
import { DEFAULT_ENGINES, inTurn, specFor, type EnginePolicy } from './choose-engine.ts';
import { demandKey, type Demand } from './demand.ts';
import { NamedEngine, type EngineSpec } from './engine.ts';
import type { Candidate, ReadyTask, Seat } from './place-input.ts';
import { pointsAmong } from './place-points.ts';
import { keptOf } from './place-score.ts';
import {
  ableFor,
  lineFor,
  type Able,
  type AgentLine,
  type Choice,
  type Standings,
} from './place-line.ts';
import { STRATEGY_WEIGHTS, type Weights } from './strategy.ts';
import type { SupplyOf } from './supply.ts';

export type { Candidate, ReadyTask } from './place-input.ts';

export interface PlacementPolicy {
  readonly weights: Weights;
  readonly engines: EnginePolicy;
}

export const DEFAULT_POLICY: PlacementPolicy = {
  weights: STRATEGY_WEIGHTS.balanced,
  engines: DEFAULT_ENGINES,
};

export interface Assignment {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  /** The chosen agent first, then the others by score. */
  readonly reasons: PlacementReason[];
  /** Why the agents that `reasons` leaves out were passed over; left out where it names all. */
  readonly passed?: PassedCount[];
  /** Where the task leaves the choice open. */
  readonly engine?: EngineSpec;
}

/**
 * Gives each ready task, in rank order, the best agent that can take it, until tasks, slots or `most` run out.
 * Never assigns an agent more than its free slots, never one that lacks a capability, and never an engine that is held.
 */
export function place(
  ready: readonly ReadyTask[],
  candidates: readonly Candidate[],
  policy: PlacementPolicy = DEFAULT_POLICY,
  supply: SupplyOf = () => null,
  most = Infinity,
): Assignment[] {
  const seats = seatsOf(candidates);
  let free = seats.reduce((sum, { candidate, kept, taken }) => {
    return kept ? sum : sum + candidate.agent.slots - taken;
  }, 0);
  const tasks = heapOf([...ready], isSooner);
  const lineOf = lines(seats, policy, supply);
  const assignments: Assignment[] = [];
  while (free > 0 && assignments.length < most) {
    const task = tasks.pop();
    if (!task) break;
    const choice = lineOf(task).take(task);
    if (!choice) continue;
    free -= 1;
    assignments.push(assignmentOf(task, choice, policy.engines));
  }
  return assignments;
}

/** How the agents stand to one task now; nothing is given away. */
export function standingsOf(
  task: ReadyTask,
  candidates: readonly Candidate[],
  { weights, engines }: PlacementPolicy,
  supply: SupplyOf,
): Standings {
  const [seats, turns] = [seatsOf(candidates), inTurn(task, engines, supply)];
  const able = ableFor(seats, task, turns);
  const pointsFor = pointsAmong(seats, { weights, supply });
  return lineFor({ seats, weights, supply, pointsFor, turns, able }, task).look(task);
}

function isSooner(a: ReadyTask, b: ReadyTask): boolean {
  return a.rank === b.rank ? a.number < b.number : a.rank < b.rank;
}

function seatsOf(candidates: readonly Candidate[]): Seat[] {
  return candidates
    .toSorted((a, b) => (a.agent.id < b.agent.id ? -1 : 1))
    .map((candidate, order) => {
      const taken = candidate.agent.running.length;
      return { candidate, order, kept: keptOf(candidate, taken), taken };
    });
}

/** One line of agents for all tasks that are alike. */
function lines(
  seats: readonly Seat[],
  { weights, engines }: PlacementPolicy,
  supply: SupplyOf,
): (task: ReadyTask) => AgentLine {
  // Tasks of one lane share their demand.
  const keys = new Map<Demand, string>();
  const open = new Map<string, AgentLine>();
  const found = new Map<string, Able>();
  const pointsFor = pointsAmong(seats, { weights, supply });
  return (task) => {
    const demand = keys.get(task.demand) ?? demandKey(task.demand);
    keys.set(task.demand, demand);
    const past = task.failedOn.length + task.failedWith.length;
    const key = [
      ...[demand, task.specialty ?? '', task.repo],
      ...(past === 0 ? [] : [task.failedOn.join(' '), task.failedWith.join(' ')]),
    ].join('\n');
    const known = open.get(key);
    if (known) return known;
    const turns = inTurn(task, engines, supply);
    const met = [
      demand,
      ...turns.map(({ kind, why, isHeld }) => `${kind} ${why ?? ''} ${isHeld}`),
    ].join('\n');
    const able = found.get(met) ?? ableFor(seats, task, turns);
    found.set(met, able);
    const line = lineFor({ seats, weights, supply, pointsFor, turns, able }, task);
    open.set(key, line);
    return line;
  };
}

function assignmentOf(task: ReadyTask, choice: Choice, engines: EnginePolicy): Assignment {
  const { seat, reasons, passed } = choice;
  const named = NamedEngine.safeParse(reasons[0]?.engine?.kind);
  return {
    taskId: task.id,
    agentId: seat.candidate.agent.id,
    reasons,
    ...(passed.length > 0 && { passed }),
    ...(named.success && { engine: specFor(named.data, engines) }),
  };
}
