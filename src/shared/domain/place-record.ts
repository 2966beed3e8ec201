/**
 * What agents did before, for placement: how fast they were with tasks of a specialty, and how many of them succeeded, against
 * the whole fleet. Of few tasks little follows, so an agent stands in the middle at first and leaves it as it is known better.
 * Pure but for itself.
 */
import type { FailureCode } from '../errors.ts';
import { FAILURES } from '../errors.ts';
import type { AgentId } from '../ids.ts';
import type { AttemptState } from './attempt.ts';
import type { AgentRecord } from './place-input.ts';
import type { Specialty } from './specialty.ts';

/** An attempt that is over. */
export interface EndedAttempt {
  readonly agentId: AgentId;
  readonly specialty: Specialty | null;
  readonly state: AttemptState;
  readonly code: FailureCode | null;
  /** From start to end, in ms; `null`: it never started. */
  readonly tookMs: number | null;
}

export interface RecordBook {
  add(ended: EndedAttempt): void;
  /** `null`: it did no such task. */
  of(agentId: AgentId, specialty: Specialty | null): AgentRecord | null;
}

/** The newest of an agent and of the fleet; what is older says little of how they are now. */
const MOST_OF_AGENT = 50;
const MOST_OF_FLEET = 500;

/** So many tasks, and an agent is half way from the middle to what they say. */
const HALF_WAY = 5;

interface Entry {
  readonly succeeded: boolean;
  /** Of one that succeeded. */
  readonly tookMs: number | null;
}

interface Sheet {
  /** Oldest first. */
  readonly entries: Entry[];
  /** Of those that succeeded, shortest first: kept so, as the middle one is asked for with every decision. */
  readonly times: number[];
  succeeded: number;
}

export function openRecordBook(): RecordBook {
  const fleet = new Map<Specialty, Sheet>();
  const agents = new Map<Specialty, Map<AgentId, Sheet>>();
  return {
    add(ended) {
      const entry = entryOf(ended);
      if (!entry) return;
      const about = ended.specialty ?? 'general';
      put(fleet, about, entry, MOST_OF_FLEET);
      const those = agents.get(about) ?? new Map<AgentId, Sheet>();
      agents.set(about, those);
      put(those, ended.agentId, entry, MOST_OF_AGENT);
    },
    of(agentId, specialty) {
      const about = specialty ?? 'general';
      const own = agents.get(about)?.get(agentId);
      const all = fleet.get(about);
      return own && all ? compare(own, all) : null;
    },
  };
}

function compare(own: Sheet, all: Sheet): AgentRecord {
  const [ownMedian, allMedian] = [medianOf(own), medianOf(all)];
  const ratio = ownMedian === null || allMedian === null ? 1 : allMedian / ownMedian;
  return {
    speed: Math.exp(Math.log(ratio) * trustIn(own.times.length)),
    success: (shareOf(own) - shareOf(all)) * trustIn(own.entries.length),
  };
}

/** `null`: none succeeded. */
function medianOf({ times }: Sheet): number | null {
  return times[Math.floor(times.length / 2)] ?? null;
}

function shareOf({ entries, succeeded }: Sheet): number {
  return succeeded / entries.length;
}

function trustIn(samples: number): number {
  return samples / (samples + HALF_WAY);
}

function put<K>(sheets: Map<K, Sheet>, key: K, entry: Entry, most: number): void {
  const sheet = sheets.get(key) ?? { entries: [], times: [], succeeded: 0 };
  sheets.set(key, sheet);
  sheet.entries.push(entry);
  sheet.succeeded += entry.succeeded ? 1 : 0;
  if (entry.tookMs !== null)
    sheet.times.splice(placeIn(sheet.times, entry.tookMs), 0, entry.tookMs);
  const oldest = sheet.entries.length > most ? sheet.entries.shift() : undefined;
  if (!oldest) return;
  sheet.succeeded -= oldest.succeeded ? 1 : 0;
  if (oldest.tookMs !== null) sheet.times.splice(placeIn(sheet.times, oldest.tookMs), 1);
}

/** Where the first stands that is not shorter. */
function placeIn(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? ms) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `null`: it says nothing of the agent. */
function entryOf({ state, code, tookMs }: EndedAttempt): Entry | null {
  // Clocks jump: what took no time was not measured.
  if (state === 'succeeded')
    return { succeeded: true, tookMs: tookMs !== null && tookMs > 0 ? tookMs : null };
  const isOwn = state === 'lost' || (state === 'failed' && (code === null || isOfAgent(code)));
  return isOwn ? { succeeded: false, tookMs: null } : null;
}

/** False where any other agent would have failed as well, or nobody did. */
function isOfAgent(code: FailureCode): boolean {
  return FAILURES[code] !== 'later' && !OF_OTHERS.has(code);
}

const OF_OTHERS: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'emergency_stopped',
  'kills_agents',
  'repo_not_found',
  'repo_empty',
  'repo_no_default_branch',
  'repo_auth_required',
  'repo_too_large',
  'branch_not_found',
  'config_invalid',
  'engine_budget_spent',
  'changes_requested',
  'closed_unmerged',
]);
