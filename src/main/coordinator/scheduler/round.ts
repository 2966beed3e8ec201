/**
 * One round of giving out: which lanes are open, how many of their tasks could start, and which those are, in fair order. Reads the queue and
 * the journal, and writes nothing.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import { chosenAmong } from '../../../shared/domain/choose-engine.ts';
import {
  demandKey,
  enginesFor,
  holdUpOf,
  lackCheck,
  type Demand,
} from '../../../shared/domain/demand.ts';
import type { EngineKind } from '../../../shared/domain/engine.ts';
import { takeFairly, type Line } from '../../../shared/domain/fair.ts';
import { turnsOf } from '../../../shared/domain/gate.ts';
import type { Lane } from '../../../shared/domain/lane.ts';
import type { ReadyTask } from '../../../shared/domain/place.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { Standing } from './gates.ts';

/** Settings do not tell when they change: it is looked again after so long. */
export const MOST_WAIT_MS = 60_000;
/** Tasks of one round, after which the event loop has its turn. */
const MOST_PER_ROUND = 64;
/** The same, where agents are many: each kind of task has each of them judged, 24,000 times in some 10 ms. */
const MOST_JUDGED = 24_000;
const LEAST_PER_ROUND = 8;
/** Of a lane, at first; then twice as many. */
const FIRST_LOOK = 2;

export interface RoundDeps {
  readonly journal: Pick<Journal, 'agents'>;
  readonly queue: Pick<ReadyQueue, 'lanes' | 'head'>;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly settings: { current(): Pick<Settings, 'engines'> };
  readonly clock: Pick<Clock, 'now'>;
}

/** With the key of the lane that it stands in. */
export type TakenTask = ReadyTask & { readonly lane: string };

export interface Round {
  /** Tasks that agents with free slots could start, the foremost first. */
  readonly ready: TakenTask[];
  /** When what keeps a lane back may be over by itself (epoch ms): an account can speak again. `null`: nobody knows. */
  readonly until: number | null;
}

/** @param passed keys of lanes that are left out */
export function openRound(deps: RoundDeps, standing: Standing, passed: ReadonlySet<string>): Round {
  const agents = openAgents(deps);
  const free = agents.reduce((sum, agent) => sum + freeSlots(agent), 0);
  const most = Math.min(free, mostAmong(agents.length));
  const { lanes, until } = openLanes(deps, standing, passed);
  const slots = slotsAmong(agents);
  const left = new Map<string, number>();
  const lines = lanes.flatMap(({ engines, ...lane }) => {
    const demand = demandKey(lane.lane.demand);
    const can = left.get(demand) ?? slots(lane.lane.demand, engines);
    left.set(demand, can);
    return can === 0 ? [] : [lineOf(deps.queue, lane, demand, Math.min(can, most))];
  });
  const { load } = standing;
  return { ready: takeFairly(lines, { load, most, admits: admission(standing, left) }), until };
}

function mostAmong(agents: number): number {
  const most = Math.floor(MOST_JUDGED / Math.max(1, agents));
  return Math.max(LEAST_PER_ROUND, Math.min(most, MOST_PER_ROUND));
}

/** All agents, with the engines that accounts let them use. */
export function agentsOf({
  journal,
  supply,
}: Pick<RoundDeps, 'journal' | 'supply'>): readonly Agent[] {
  return withAccounts(journal.agents(), (engine) => supply.of(engine) !== null);
}

/** Those that have a free slot. */
export function openAgents(deps: Pick<RoundDeps, 'journal' | 'supply'>): Agent[] {
  return agentsOf(deps).filter((agent) => freeSlots(agent) > 0);
}

/** How many attempts it could start now. What attempts that stand still leave is for urgent tasks, see `preempt.ts`. */
export function freeSlots(agent: Agent): number {
  const { connected, running, slots } = agent;
  return connected && holdUpOf(agent, running.length) === null ? slots - running.length : 0;
}

/** Answers how many of these agents' free slots could take a task of a demand. */
export function slotsAmong(
  open: readonly Agent[],
): (demand: Demand, engines: readonly EngineKind[]) => number {
  const each = open.map((agent) => ({ agent, free: freeSlots(agent) }));
  return (demand, engines) => {
    const lackOf = lackCheck(demand, engines);
    return each.reduce((sum, { agent, free }) => (lackOf(agent) ? sum : sum + free), 0);
  };
}

type WaitingLane = ReturnType<ReadyQueue['lanes']>[number];

/** `engines`: those that can speak now, of which one may be chosen. */
type OpenLane = WaitingLane & { readonly engines: readonly EngineKind[] };

/** The lanes that nothing shuts and whose engine can speak to its models now. */
function openLanes(
  { queue, supply, settings, clock }: RoundDeps,
  standing: Standing,
  passed: ReadonlySet<string>,
): { lanes: readonly OpenLane[]; until: number | null } {
  const among = chosenAmong(enginePolicyOf(settings.current()));
  let until: number | null = null;
  const lookAgain = (at: number): void => {
    until = Math.min(at, until ?? at);
  };
  const lanes = queue.lanes().flatMap((lane): OpenLane[] => {
    if (passed.has(lane.key)) return [];
    const { demand } = lane.lane;
    const shut = standing.shut(lane.lane);
    if (demand.engine === 'auto' || shut?.code === 'quota') lookAgain(clock.now() + MOST_WAIT_MS);
    if (shut) return [];
    const engines = enginesFor(demand, among).filter((kind) => {
      const of = supply.of(kind);
      if (of?.state === 'held' && of.until !== null) lookAgain(of.until);
      return of?.state !== 'held';
    });
    return engines.length === 0 ? [] : [{ ...lane, engines }];
  });
  return { lanes, until };
}

type TaskLine = Line<TakenTask> & { readonly lane: Lane; readonly demand: string };

/** @param most how many of its tasks are taken at most */
function lineOf(
  queue: Pick<ReadyQueue, 'head'>,
  { key, lane, first }: WaitingLane,
  demand: string,
  most: number,
): TaskLine {
  const { owner, repo } = lane;
  let seen: ReadyTask[] = [];
  let looked = 0;
  return {
    ...{ owner, repo, first, lane, demand },
    at(place) {
      if (place >= most) return undefined;
      if (place >= looked) {
        looked = Math.min(Math.max(place + 1, looked * 2, FIRST_LOOK), most);
        seen = queue.head(key, looked);
      }
      const task = seen[place];
      return task && { ...task, lane: key };
    },
  };
}

/**
 * Lets a task through while there are slots for its demand, nobody of this round has its turn, and its owner may have more in hand.
 * @param left slots by demand
 */
function admission(
  { hands, rules }: Standing,
  left: Map<string, number>,
): (line: TaskLine) => boolean {
  const turns = new Set<string>();
  const owners = new Map(hands.owners);
  const most = rules.userRunning ?? Infinity;
  return ({ lane, demand }) => {
    const slots = left.get(demand) ?? 0;
    const held = owners.get(lane.owner) ?? 0;
    const wanted = turnsOf(lane);
    if (slots === 0 || held >= most || wanted.some((turn) => turns.has(turn))) return false;
    left.set(demand, slots - 1);
    owners.set(lane.owner, held + 1);
    for (const turn of wanted) turns.add(turn);
    return true;
  };
}
