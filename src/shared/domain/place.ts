/**
 * Placement: which ready task goes to which agent, and why. Pure and deterministic: the same input gives
 * the same answer. Cost: tasks × agents, both bounded by the caller (free slots, one page of each line).
 */
import type { AgentId, TaskId } from '../ids.ts';
import type { Agent, Vitals } from './agent.ts';
import type { Lack, PlacementReason } from './attempt.ts';
import {
  DEFAULT_ENGINES,
  inTurn,
  pickFor,
  pickInWords,
  specFor,
  type EnginePolicy,
  type Turn,
} from './choose-engine.ts';
import { enginesFor, holdUpOf, lackOf, type Demand } from './demand.ts';
import { NamedEngine, type EngineKind, type EngineSpec } from './engine.ts';
import type { SupplyOf } from './supply.ts';
import type { Specialty } from './specialty.ts';

/** A task as placement sees it. `rank`: lower goes first, see `rank.ts`. */
export interface ReadyTask {
  readonly id: TaskId;
  readonly number: number;
  readonly rank: number;
  readonly demand: Demand;
  readonly specialty: Specialty | null;
  readonly repo: string;
  /** Agents that held an earlier attempt of it which failed there. */
  readonly failedOn: readonly AgentId[];
  /** Engines that failed it for their own sake. */
  readonly failedWith: readonly EngineKind[];
}

/** An agent as placement sees it, with what is known of its load and caches. */
export interface Candidate {
  readonly agent: Agent;
  readonly vitals: Vitals | null;
  /** Repositories it holds in its cache. */
  readonly repos: ReadonlySet<string>;
}

/** Points per reason. An agent that failed the task is tried again only if no other can. */
export interface PlacementPolicy {
  readonly weights: {
    readonly freeSlots: number;
    readonly idleCpu: number;
    readonly cached: number;
    readonly specialty: number;
    readonly failedHere: number;
    /** For each engine that comes before the one this agent would run it with. */
    readonly engine: number;
  };
  readonly engines: EnginePolicy;
}

export const DEFAULT_POLICY: PlacementPolicy = {
  // The better engine outweighs all that speaks for an agent, but not that it failed there.
  weights: { freeSlots: 4, idleCpu: 3, cached: 2, specialty: 2, failedHere: -20, engine: -12 },
  engines: DEFAULT_ENGINES,
};

export interface Assignment {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  /** The chosen agent first, then the others by score. */
  readonly reasons: PlacementReason[];
  /** Where the task leaves the choice open. */
  readonly engine?: EngineSpec;
}

/** Reasons kept per assignment; the log should not grow with the fleet. */
const MOST_REASONS = 8;

/**
 * Gives each ready task, in rank order, the best agent that can take it, until tasks or slots run out.
 * Never assigns an agent more than its free slots, never one that lacks a capability, and never an engine that is held.
 */
export function place(
  ready: readonly ReadyTask[],
  candidates: readonly Candidate[],
  policy: PlacementPolicy = DEFAULT_POLICY,
  supply: SupplyOf = () => null,
): Assignment[] {
  const fleet = candidates
    .map((candidate) => ({ ...candidate, taken: candidate.agent.running.length }))
    .toSorted((a, b) => (a.agent.id < b.agent.id ? -1 : 1));
  const assignments: Assignment[] = [];
  for (const task of ready.toSorted((a, b) => a.rank - b.rank || a.number - b.number)) {
    if (fleet.every(({ agent, taken }) => taken >= agent.slots)) break;
    const turns = inTurn(task, policy.engines, supply);
    const reasons = fleet.map((candidate) => judge(task, candidate, turns, policy));
    const best = bestOf(reasons);
    const chosen = fleet.find(({ agent }) => agent.id === best?.agentId);
    if (!best || !chosen) continue;
    chosen.taken += 1;
    const others = reasons.filter((reason) => reason !== best).toSorted(byScore);
    const named = NamedEngine.safeParse(best.engine?.kind);
    assignments.push({
      taskId: task.id,
      agentId: best.agentId,
      reasons: [best, ...others].slice(0, MOST_REASONS),
      ...(named.success && { engine: specFor(named.data, policy.engines) }),
    });
  }
  return assignments;
}

function judge(
  task: ReadyTask,
  { agent, vitals, repos, taken }: Candidate & { readonly taken: number },
  turns: readonly Turn[],
  { weights }: PlacementPolicy,
): PlacementReason {
  const out = (why: string, lack: Lack): PlacementReason => ({
    agentId: agent.id,
    score: null,
    parts: {},
    why,
    lack,
  });
  if (!agent.connected) return out('offline', { code: 'offline' });
  const held = holdUpOf(agent, taken);
  if (held) return out(held.code === 'full' ? 'no free slot' : (held.about ?? held.code), held);
  const chosen = pickFor(agent, task.demand, turns);
  if (!chosen) {
    const kinds = turns.map(({ kind }) => kind);
    const missing = lackOf(agent, task.demand, enginesFor(task.demand, kinds));
    // Its engines are there, and held: the loop gives no such line here but to other agents.
    if (!missing) return out('its engines are held', { code: 'engine_held' });
    return out(missing.why, missing.lack);
  }
  const parts: Record<string, number> = {
    freeSlots: weights.freeSlots * (1 - taken / agent.slots),
    idleCpu: weights.idleCpu * (1 - (vitals?.cpu ?? 0)),
  };
  if (repos.has(task.repo)) parts['cached'] = weights.cached;
  if (task.specialty !== null && specialtiesOf(agent).includes(task.specialty)) {
    parts['specialty'] = weights.specialty;
  }
  if (task.failedOn.includes(agent.id)) parts['failedHere'] = weights.failedHere;
  if (task.demand.engine !== 'auto') return { ...scored(agent.id, parts), why: inWords(parts) };
  if (chosen.rank > 0) parts['engine'] = weights.engine * chosen.rank;
  const why = `${pickInWords(chosen.pick)}; ${inWords(parts)}`;
  return { ...scored(agent.id, parts), why, engine: chosen.pick };
}

function scored(agentId: AgentId, parts: Record<string, number>) {
  return { agentId, parts, score: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

function bestOf(reasons: readonly PlacementReason[]): PlacementReason | undefined {
  let best: PlacementReason | undefined;
  for (const reason of reasons) {
    if (reason.score !== null && reason.score > (best?.score ?? -Infinity)) best = reason;
  }
  return best;
}

function byScore(a: PlacementReason, b: PlacementReason): number {
  return (b.score ?? -Infinity) - (a.score ?? -Infinity) || (a.agentId < b.agentId ? -1 : 1);
}

const PART_WORDS: Readonly<Record<string, string>> = {
  freeSlots: 'free slots',
  idleCpu: 'idle processor',
  cached: 'repository in cache',
  specialty: 'specialty fits',
  failedHere: 'failed here before',
  engine: 'another engine comes first',
};

function inWords(parts: Record<string, number>): string {
  return Object.entries(parts)
    .filter(([, points]) => points !== 0)
    .map(([name]) => PART_WORDS[name] ?? name)
    .join(', ');
}

function specialtiesOf({ capabilities, profile }: Agent): readonly Specialty[] {
  return [...capabilities.specialties, ...profile.specialties];
}
