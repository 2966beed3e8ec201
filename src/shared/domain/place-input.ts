/** What placement reads: tasks that are ready, and agents with what is known of them. */
import type { AgentId, TaskId } from '../ids.ts';
import type { Agent, Vitals } from './agent.ts';
import type { Lack } from './attempt.ts';
import type { Demand } from './demand.ts';
import type { EngineKind } from './engine.ts';
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

/** What an agent did before on tasks of a specialty, against the fleet: 1 and 0 where it is like all others. */
export interface AgentRecord {
  /** Times as fast. */
  readonly speed: number;
  /** Its share of tasks that succeeded, less the fleet's. */
  readonly success: number;
}

/** An agent as placement sees it, with what is known of its load, caches and past. */
export interface Candidate {
  readonly agent: Agent;
  readonly vitals: Vitals | null;
  /** Repositories it holds in its cache. */
  readonly repos: ReadonlySet<string>;
  /** `null`, or left out: nothing is known. */
  readonly record?: (specialty: Specialty | null) => AgentRecord | null;
  /** Round trip of its link; `null`, or left out: not known. */
  readonly latencyMs?: number | null;
}

/** An agent in a round of placement. */
export interface Seat {
  readonly candidate: Candidate;
  /** By id: decides between equals. */
  readonly order: number;
  /** What kept it from any task when the round began. */
  readonly kept: Lack | null;
  /** Slots in use, with those given away in this round. */
  taken: number;
}
