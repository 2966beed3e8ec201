/**
 * The agents that can take tasks which are alike, best first. Tasks of the same demand, specialty, repository and past find every
 * agent with the same points, so each agent is judged once for all of them; what changes is how many slots it has left, which
 * only ever lowers it. So an agent is looked at again when it comes up, and never before. Pure but for itself.
 */
import { heapOf, type Heap } from '../heap.ts';
import type { LackCode, PassedCount, PlacementReason } from './attempt.ts';
import { pickAmong, type Turn } from './choose-engine.ts';
import { needsCheck } from './demand.ts';
import type { Candidate, ReadyTask } from './place-input.ts';
import {
  freeShare,
  keptOf,
  lastingParts,
  lastingSum,
  passedReason,
  scoredReason,
  type Pick,
  type Scales,
} from './place-score.ts';
import type { Weights } from './strategy.ts';

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
  readonly sum: number;
  /** When it was judged last. */
  taken: number;
  score: number;
}

/** The agents that meet a demand with an engine of these, whatever else the tasks are. */
export interface Able {
  readonly agents: readonly { readonly seat: Seat; readonly pick: Pick }[];
  /** The others, by what keeps them. */
  readonly counts: ReadonlyMap<LackCode, number>;
}

/** @param seats in order of id. @param like one of the tasks. @param turns the engines for them */
export function ableFor(seats: readonly Seat[], like: ReadyTask, turns: readonly Turn[]): Able {
  const agents: { seat: Seat; pick: Pick }[] = [];
  const counts = new Map<LackCode, number>();
  const lackOf = needsCheck(like.demand);
  for (const seat of seats) {
    const { candidate, taken } = seat;
    const kept = keptOf(candidate, taken);
    const pick = kept || lackOf(candidate.agent) ? null : pickAmong(candidate.agent, turns);
    if (pick) agents.push({ seat, pick });
    else {
      const code = kept?.code ?? passedReason(like, candidate, taken, turns).lack?.code;
      if (code) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return { agents, counts };
}

export interface LineDeps extends Scales {
  /** In order of id. */
  readonly seats: readonly Seat[];
  /** Engines for the tasks. */
  readonly turns: readonly Turn[];
  readonly able: Able;
}

/** @param like one of the tasks */
export function lineFor(deps: LineDeps, like: ReadyTask): AgentLine {
  const { seats, weights, turns } = deps;
  const counts = new Map(deps.able.counts);
  const able: Standing[] = [];
  for (const { seat, pick } of deps.able.agents) {
    const { candidate, taken } = seat;
    // Since it was found able, others of this round may have filled it.
    if (taken >= candidate.agent.slots) counts.set('full', (counts.get('full') ?? 0) + 1);
    else able.push(standing(seat, pick, lastingSum(like, candidate, pick, deps), weights));
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
    const scored = found.map((one) => reasonOf(one, task, deps));
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

function standing(seat: Seat, pick: Pick, sum: number, weights: Weights): Standing {
  const one = { seat, pick, sum, taken: 0, score: 0 };
  judge(one, weights);
  return one;
}

function judge(one: Standing, weights: Weights): void {
  const { seat, sum } = one;
  one.taken = seat.taken;
  one.score = weights.freeSlots * freeShare(seat.candidate, seat.taken) + sum;
}

function isBetter(a: Standing, b: Standing): boolean {
  return a.score === b.score ? a.seat.order < b.seat.order : a.score > b.score;
}

function reasonOf(one: Standing, task: ReadyTask, scales: Scales): PlacementReason {
  const { seat, pick, score } = one;
  const { candidate } = seat;
  const freeSlots = scales.weights.freeSlots * freeShare(candidate, seat.taken);
  const parts = { freeSlots, ...lastingParts(task, candidate, pick, scales) };
  return scoredReason(candidate.agent.id, task, pick, parts, score);
}
