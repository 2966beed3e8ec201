/**
 * The agents that can take tasks which are alike, best first. Tasks of the same demand, specialty, repository and past find every
 * agent with the same points, so each agent is judged once for all of them; what changes is how many slots it has left, which
 * only ever lowers it. So an agent is looked at again when it comes up, and never before. Pure but for itself.
 */
import { heapOf } from '../heap.ts';
import type { LackCode, PassedCount, PlacementReason } from './attempt.ts';
import { pickAmong, type Turn } from './choose-engine.ts';
import { needsCheck } from './demand.ts';
import type { ReadyTask, Seat } from './place-input.ts';
import type { PointsFor } from './place-points.ts';
import {
  freeShare,
  lackFor,
  lastingParts,
  passedCode,
  passedReason,
  scoredReason,
  type Pick,
  type Scales,
} from './place-score.ts';

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
  readonly score: number;
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
  const unmet = needsCheck(like.demand);
  const lackOf = lackFor(like, turns);
  for (const seat of seats) {
    const { candidate, kept } = seat;
    const pick = kept || unmet(candidate.agent) ? null : pickAmong(candidate.agent, turns);
    if (pick) agents.push({ seat, pick });
    else {
      const code = passedCode(candidate, kept, lackOf);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return { agents, counts };
}

export interface LineDeps extends Scales {
  readonly pointsFor: PointsFor;
  /** In order of id. */
  readonly seats: readonly Seat[];
  /** Engines for the tasks. */
  readonly turns: readonly Turn[];
  readonly able: Able;
}

/** @param like one of the tasks */
export function lineFor(deps: LineDeps, like: ReadyTask): AgentLine {
  const { seats, turns } = deps;
  const lackOf = lackFor(like, turns);
  const counts = new Map(deps.able.counts);
  const ranks = ranksOf(deps, like);
  const full = deps.able.agents.length - ranks.left();
  if (full > 0) counts.set('full', (counts.get('full') ?? 0) + full);
  function best(): readonly Standing[] {
    const before = ranks.left();
    const found = ranks.best();
    const gone = before - ranks.left();
    if (gone > 0) counts.set('full', (counts.get('full') ?? 0) + gone);
    return found;
  }
  function standings(found: readonly Standing[], task: ReadyTask): Standings {
    const scored = found.map((one) => reasonOf(one, task, deps));
    const others = passedOver(seats, found, MOST_REASONS - scored.length, (seat) =>
      passedReason(seat.candidate, seat.taken, lackOf),
    );
    const passed = countsOf(counts, others, ranks.left() - found.length);
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

interface Ranks {
  /** How many agents may have a slot left. */
  left(): number;
  /** The best of them; those that are found full on the way are left out from then on. */
  best(): Standing[];
}

/** The able agents by score. They are many, and most are never named: numbers in a row cost a tenth of what objects do. */
function ranksOf({ weights, pointsFor, able: { agents } }: LineDeps, like: ReadyTask): Ranks {
  const lasting = pointsFor(like);
  const sums = new Float64Array(agents.length);
  const scores = new Float64Array(agents.length);
  /** Slots in use when it was judged last. */
  const taken = new Float64Array(agents.length);
  const open: number[] = [];
  const judge = (at: number, { candidate, taken: now }: Seat): void => {
    taken[at] = now;
    scores[at] = weights.freeSlots * freeShare(candidate, now) + (sums[at] ?? 0);
  };
  for (const [at, { seat, pick }] of agents.entries()) {
    // Since it was found able, others of this round may have filled it.
    if (seat.taken >= seat.candidate.agent.slots) continue;
    sums[at] = lasting(seat, pick);
    judge(at, seat);
    open.push(at);
  }
  let left = open.length;
  const heap = heapOf(open, (a, b) => {
    const [one = 0, other = 0] = [scores[a], scores[b]];
    return one === other ? a < b : one > other;
  });
  return {
    left: () => left,
    best() {
      const found: number[] = [];
      while (found.length < MOST_REASONS) {
        const at = heap.pop();
        const seat = at === undefined ? undefined : agents[at]?.seat;
        if (at === undefined || !seat) break;
        if (seat.taken === taken[at]) found.push(at);
        else if (seat.taken >= seat.candidate.agent.slots) left -= 1;
        else {
          judge(at, seat);
          heap.push(at);
        }
      }
      for (const at of found) heap.push(at);
      return found.flatMap((at) => {
        const one = agents[at];
        return one ? [{ ...one, score: scores[at] ?? 0 }] : [];
      });
    },
  };
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

function reasonOf(one: Standing, task: ReadyTask, scales: Scales): PlacementReason {
  const { seat, pick, score } = one;
  const { candidate } = seat;
  const freeSlots = scales.weights.freeSlots * freeShare(candidate, seat.taken);
  const parts = { freeSlots, ...lastingParts(task, candidate, pick, scales) };
  return scoredReason(candidate.agent.id, task, pick, parts, score);
}
