/**
 * The agents that can take tasks which are alike, best first. Tasks of the same demand, specialty, repository and past find every
 * agent with the same points, so each agent is judged once for all of them; what changes is how many slots it has left, which
 * only ever lowers it. So an agent is looked at again when it comes up, and never before. Pure but for itself.
 */
import { heapOf, type Heap } from '../heap.ts';
import type { LackCode, PassedCount, PlacementReason } from './attempt.ts';
import { pickFor, type Turn } from './choose-engine.ts';
import type { Candidate, ReadyTask } from './place-input.ts';
import {
  freeShare,
  keptOf,
  lastingParts,
  passedReason,
  scoredReason,
  totalOf,
  type Pick,
} from './place-score.ts';
import type { Weights } from './strategy.ts';
import type { SupplyOf } from './supply.ts';

/** An agent in a round of placement. */
export interface Seat {
  readonly candidate: Candidate;
  /** By id: decides between equals. */
  readonly order: number;
  /** Slots in use, with those given away in this round. */
  taken: number;
}

/** How the agents stand to a task. */
export interface Standings {
  /** The best first, then the others by score, then those that cannot take it. */
  readonly reasons: PlacementReason[];
  /** Those that `reasons` leaves out. */
  readonly passed: PassedCount[];
}

export interface Choice extends Standings {
  readonly seat: Seat;
}

export interface AgentLine {
  /** The best agent, with why; it is given the task. `null`: none is left. */
  take(task: ReadyTask): Choice | null;
  /** The same, and nothing is given. */
  look(task: ReadyTask): Standings;
}

/** Reasons kept per decision; the log should not grow with the fleet. */
const MOST_REASONS = 8;

interface Standing {
  readonly seat: Seat;
  readonly pick: Pick;
  readonly lasting: Readonly<Record<string, number>>;
  readonly sum: number;
  /** When it was judged last. */
  taken: number;
  score: number;
}

export interface LineDeps {
  /** In order of id. */
  readonly seats: readonly Seat[];
  readonly weights: Weights;
  readonly supply: SupplyOf;
}

/** @param like one of the tasks. @param turns the engines for them */
export function lineFor(deps: LineDeps, like: ReadyTask, turns: readonly Turn[]): AgentLine {
  const { seats, weights, supply } = deps;
  const able: Standing[] = [];
  const counts = new Map<LackCode, number>();
  for (const seat of seats) {
    const { candidate, taken } = seat;
    const kept = keptOf(candidate, taken);
    const pick = kept ? null : pickFor(candidate.agent, like.demand, turns);
    if (pick) able.push(standing(seat, pick, lastingParts(like, candidate, pick, weights, supply)));
    else {
      const code =
        kept?.code ?? passedReason(like, candidate, taken, turns).lack?.code ?? 'missing';
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  function standing(seat: Seat, pick: Pick, lasting: Record<string, number>): Standing {
    const one = { seat, pick, lasting, sum: totalOf(lasting), taken: 0, score: 0 };
    judge(one, weights);
    return one;
  }
  let left = able.length;
  const heap = heapOf(able, isBetter);
  function best(): readonly Standing[] {
    const { found, gone } = bestOf(heap, weights);
    for (const one of found) heap.push(one);
    left -= gone;
    if (gone > 0) counts.set('full', (counts.get('full') ?? 0) + gone);
    return found;
  }
  function standings(found: readonly Standing[], task: ReadyTask): Standings {
    const scored = found.map((one) => reasonOf(one, task, weights));
    const others = passedOver(seats, found, MOST_REASONS - scored.length, (seat) =>
      passedReason(task, seat.candidate, seat.taken, turns),
    );
    const passed = countsOf(counts, others, left - found.length);
    return { reasons: [...scored, ...others], passed };
  }
  return {
    take(task) {
      const found = best();
      const [first] = found;
      if (!first) return null;
      const told = standings(found, task);
      first.seat.taken += 1;
      return { seat: first.seat, ...told };
    },
    look: (task) => standings(best(), task),
  };
}

/** The best of them, taken out. `gone`: those that were found full on the way. */
function bestOf(heap: Heap<Standing>, weights: Weights): { found: Standing[]; gone: number } {
  const found: Standing[] = [];
  let gone = 0;
  while (found.length < MOST_REASONS) {
    const one = heap.pop();
    if (!one) break;
    const { seat } = one;
    if (seat.taken === one.taken) found.push(one);
    else if (seat.taken >= seat.candidate.agent.slots) gone += 1;
    else {
      judge(one, weights);
      heap.push(one);
    }
  }
  return { found, gone };
}

/** The first agents, by id, that cannot take the task. */
function passedOver(
  seats: readonly Seat[],
  able: readonly Standing[],
  most: number,
  reasonFor: (seat: Seat) => PlacementReason,
): PlacementReason[] {
  const reasons: PlacementReason[] = [];
  if (most <= 0) return reasons;
  const isAble = new Set(able.map(({ seat }) => seat));
  for (const seat of seats) {
    if (isAble.has(seat)) continue;
    reasons.push(reasonFor(seat));
    if (reasons.length === most) break;
  }
  return reasons;
}

/** How many agents there are besides those that are named, by why they were passed over. */
function countsOf(
  counts: ReadonlyMap<LackCode, number>,
  named: readonly PlacementReason[],
  outscored: number,
): PassedCount[] {
  const rest = new Map(counts);
  for (const { lack } of named) if (lack) rest.set(lack.code, (rest.get(lack.code) ?? 0) - 1);
  const passed: PassedCount[] = [...rest].flatMap(([code, count]) =>
    count > 0 ? [{ code, count }] : [],
  );
  passed.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return outscored > 0 ? [{ code: 'outscored', count: outscored }, ...passed] : passed;
}

function judge(one: Standing, weights: Weights): void {
  const { seat, sum } = one;
  one.taken = seat.taken;
  one.score = weights.freeSlots * freeShare(seat.candidate, seat.taken) + sum;
}

function isBetter(a: Standing, b: Standing): boolean {
  return a.score === b.score ? a.seat.order < b.seat.order : a.score > b.score;
}

function reasonOf(one: Standing, task: ReadyTask, weights: Weights): PlacementReason {
  const { seat, pick, lasting, score } = one;
  const freeSlots = weights.freeSlots * freeShare(seat.candidate, seat.taken);
  return scoredReason(seat.candidate.agent.id, task, pick, { freeSlots, ...lasting }, score);
}
