/**
 * What speaks for one agent and one task, in points, and what rules it out. Every part has a name, under which it is recorded
 * with the attempt. Pure.
 */
import type { AgentId } from '../ids.ts';
import type { Lack, PlacementReason } from './attempt.ts';
import { costOf, pickInWords, type pickFor, type Turn } from './choose-engine.ts';
import { enginesFor, holdUpOf, lackOf } from './demand.ts';
import type { AgentRecord, Candidate, ReadyTask } from './place-input.ts';
import type { Weights } from './strategy.ts';
import type { SupplyOf } from './supply.ts';

export type Pick = NonNullable<ReturnType<typeof pickFor>>;

/** The parts that do not change while a round of placement gives things away. Those of no points are left out. */
export function lastingParts(
  task: ReadyTask,
  candidate: Candidate,
  { rank, pick }: Pick,
  weights: Weights,
  supply: SupplyOf,
): Record<string, number> {
  const { agent, vitals, repos, latencyMs } = candidate;
  const record = candidate.record?.(task.specialty) ?? null;
  const isFit =
    task.specialty !== null &&
    (agent.capabilities.specialties.includes(task.specialty) ||
      agent.profile.specialties.includes(task.specialty));
  const isOpen = task.demand.engine === 'auto';
  const parts: Record<string, number> = { idleCpu: weights.idleCpu * (1 - (vitals?.cpu ?? 0)) };
  add(parts, 'cached', repos.has(task.repo) ? weights.cached : 0);
  add(parts, 'specialty', isFit ? weights.specialty : 0);
  add(parts, 'speed', weights.speed * speedShare(record));
  add(parts, 'success', weights.success * (record?.success ?? 0));
  add(parts, 'latency', -weights.latency * Math.min((latencyMs ?? 0) / SLOW_LINK_MS, 1));
  add(parts, 'cost', isOpen ? (-weights.cost * costOf(pick.kind, supply)) / DEAREST : 0);
  add(parts, 'engine', isOpen ? -weights.engine * rank : 0);
  add(parts, 'failedHere', task.failedOn.includes(agent.id) ? -weights.failedHere : 0);
  return parts;
}

/** The part that each task which an agent is given makes smaller. */
export function freeShare({ agent }: Candidate, taken: number): number {
  return 1 - taken / agent.slots;
}

export function totalOf(lasting: Readonly<Record<string, number>>): number {
  let sum = 0;
  for (const name in lasting) sum += lasting[name] ?? 0;
  return sum;
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

/** Why it cannot take the task. @param taken its slots in use. @param turns the engines that the task may be given to */
export function passedReason(
  task: ReadyTask,
  candidate: Candidate,
  taken: number,
  turns: readonly Turn[],
): PlacementReason {
  const { agent } = candidate;
  const out = (why: string, lack: Lack): PlacementReason => {
    return { agentId: agent.id, score: null, parts: {}, why, lack };
  };
  const kept = keptOf(candidate, taken);
  if (kept) return out(KEPT_WORDS[kept.code] ?? kept.about ?? kept.code, kept);
  const kinds = turns.map(({ kind }) => kind);
  const missing = lackOf(agent, task.demand, enginesFor(task.demand, kinds));
  // Its engines are there, and held: the loop gives no such line here but to other agents.
  if (!missing) return out('its engines are held', { code: 'engine_held' });
  return out(missing.why, missing.lack);
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

function add(parts: Record<string, number>, name: string, points: number): void {
  if (points !== 0) parts[name] = points;
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
