/**
 * What speaks for one agent and one task, in points, and what rules it out. Every part has a name, under which it is recorded
 * with the attempt. Pure.
 */
import type { AgentId } from '../ids.ts';
import type { Lack, PlacementReason } from './attempt.ts';
import { costOf, pickInWords, type pickFor, type Turn } from './choose-engine.ts';
import { enginesFor, holdUpOf, lackCheck } from './demand.ts';
import type { AgentRecord, Candidate, ReadyTask } from './place-input.ts';
import { WEIGHTS, type WeightName, type Weights } from './strategy.ts';
import type { SupplyOf } from './supply.ts';

export type Pick = NonNullable<ReturnType<typeof pickFor>>;

/** What an agent is weighed by. */
export interface Scales {
  readonly weights: Weights;
  readonly supply: SupplyOf;
}

/** The parts that do not change while a round of placement gives things away. Those of no points are left out. */
export function lastingParts(
  task: ReadyTask,
  candidate: Candidate,
  picked: Pick,
  scales: Scales,
): Record<string, number> {
  const points = new Map<WeightName, number>();
  weigh(task, candidate, picked, scales, (name, each) => points.set(name, each));
  const parts: Record<string, number> = {};
  for (const name of WEIGHTS) {
    const each = points.get(name) ?? 0;
    if (each !== 0) parts[name] = each;
  }
  return parts;
}

type Add = (name: WeightName, points: number) => void;

function weigh(task: ReadyTask, candidate: Candidate, pick: Pick, scales: Scales, add: Add): void {
  const { weights } = scales;
  weighAgent(candidate, weights, add);
  weighKind(task, candidate, weights, add);
  weighTask(task, candidate, weights, add);
  weighPick(task, pick, scales, add);
}

/** What is the agent's own, whatever the task. */
export function weighAgent({ vitals, latencyMs }: Candidate, weights: Weights, add: Add): void {
  add('idleCpu', weights.idleCpu * (1 - (vitals?.cpu ?? 0)));
  add('latency', -weights.latency * Math.min((latencyMs ?? 0) / SLOW_LINK_MS, 1));
}

/** What is the agent's with tasks of a specialty. */
export function weighKind(
  { specialty }: ReadyTask,
  { agent, record: recordOf }: Candidate,
  weights: Weights,
  add: Add,
): void {
  const record = recordOf?.(specialty) ?? null;
  const isFit =
    specialty !== null &&
    (agent.capabilities.specialties.includes(specialty) ||
      agent.profile.specialties.includes(specialty));
  add('specialty', isFit ? weights.specialty : 0);
  add('speed', weights.speed * speedShare(record));
  add('success', weights.success * (record?.success ?? 0));
}

/** What is left: the agent's with this task alone. */
export function weighTask(
  task: ReadyTask,
  { agent, repos }: Candidate,
  weights: Weights,
  add: Add,
): void {
  add('cached', repos.has(task.repo) ? weights.cached : 0);
  add('failedHere', task.failedOn.includes(agent.id) ? -weights.failedHere : 0);
}

/** What the engine adds that it would be done with. */
export function weighPick(
  { demand }: ReadyTask,
  { rank, pick }: Pick,
  { weights, supply }: Scales,
  add: Add,
): void {
  if (demand.engine !== 'auto') return;
  add('cost', (-weights.cost * costOf(pick.kind, supply)) / DEAREST);
  add('engine', -weights.engine * rank);
}

/** The part that each task which an agent is given makes smaller. */
export function freeShare({ agent }: Candidate, taken: number): number {
  return 1 - taken / agent.slots;
}

/** Why the agent stands where it does among those that can take the task. */
export function scoredReason(
  agentId: AgentId,
  task: ReadyTask,
  { pick }: Pick,
  parts: Record<string, number>,
  score: number,
): PlacementReason {
  const words = inWords(parts);
  if (task.demand.engine !== 'auto') return { agentId, score, parts, why: words };
  return { agentId, score, parts, why: `${pickInWords(pick)}; ${words}`, engine: pick };
}

/** What an agent lacks for tasks of one demand, whichever of these engines does them. */
export function lackFor(task: ReadyTask, turns: readonly Turn[]): LackOf {
  const kinds = turns.map(({ kind }) => kind);
  return lackCheck(task.demand, enginesFor(task.demand, kinds));
}

export type LackOf = ReturnType<typeof lackCheck>;

/**
 * Why it cannot take a task. What it lacks comes before what keeps it just now: one that is full today, and could never take it, is not
 * to be waited for.
 *
 * @param taken its slots in use
 */
export function passedReason(candidate: Candidate, taken: number, lackOf: LackOf): PlacementReason {
  const { agent } = candidate;
  const out = (why: string, lack: Lack): PlacementReason => {
    return { agentId: agent.id, score: null, parts: {}, why, lack };
  };
  // Another coordinator's has its own there.
  const missing = agent.site === null ? lackOf(agent) : null;
  if (missing) return out(missing.why, missing.lack);
  const kept = keptOf(candidate, taken);
  if (kept) return out(KEPT_WORDS[kept.code] ?? kept.about ?? kept.code, kept);
  // Its engines are there, and held: the loop gives no such line here but to other agents.
  return out('its engines are held', { code: 'engine_held' });
}

/** The same in one word, for agents that are only counted. @param kept what keeps it just now */
export function passedCode({ agent }: Candidate, kept: Lack | null, lackOf: LackOf): Lack['code'] {
  const missing = agent.site === null ? lackOf(agent) : null;
  return (missing?.lack ?? kept)?.code ?? 'engine_held';
}

/** What keeps the agent from any task just now. */
export function keptOf({ agent }: Candidate, taken: number): Lack | null {
  if (!agent.connected && agent.site === null && agent.resting === null) return { code: 'offline' };
  return holdUpOf(agent, taken);
}

const KEPT_WORDS: Readonly<Record<string, string>> = {
  full: 'no free slot',
  resting: 'at rest',
  elsewhere: 'belongs to another coordinator',
};

/** At so long a round trip a link speaks against its agent with all its weight. */
const SLOW_LINK_MS = 200;
/** What `costOf` says at most. */
const DEAREST = 2;

/** From -1 (four times as slow as the fleet, or slower) to 1. */
function speedShare(record: AgentRecord | null): number {
  if (!record) return 0;
  return Math.max(-1, Math.min(1, Math.log2(record.speed) / 2));
}

const PART_WORDS: Readonly<Record<string, string>> = {
  freeSlots: 'free slots',
  idleCpu: 'idle processor',
  cached: 'repository in cache',
  specialty: 'specialty fits',
  speed: 'speed on such tasks',
  success: 'success with such tasks',
  latency: 'far away',
  cost: 'its engine costs',
  failedHere: 'failed here before',
  engine: 'another engine comes first',
};

function inWords(parts: Record<string, number>): string {
  return Object.entries(parts)
    .filter(([, points]) => points !== 0)
    .map(([name]) => PART_WORDS[name] ?? name)
    .join(', ');
}
