/**
 * Which engine works on a task that leaves the choice open: the rules of the settings, what accounts can speak just now, and
 * what this task has been through. Pure; placement (`place.ts`) asks it, and picks the agent.
 */
import type { Agent } from './agent.ts';
import type { EnginePick, PassedOver } from './attempt.ts';
import { lackOfNeeds, type Demand } from './demand.ts';
import { NAMED_ENGINES, type EngineKind, type EngineSpec, type NamedEngine } from './engine.ts';
import type { SupplyOf } from './supply.ts';
import type { Specialty } from './specialty.ts';

/** What the settings say of it. */
export interface EnginePolicy {
  /** Those that may be chosen, the first before the others. */
  readonly order: readonly NamedEngine[];
  /** Instead of `order`, for tasks of these specialties. */
  readonly bySpecialty: Readonly<Partial<Record<Specialty, readonly NamedEngine[]>>>;
  /** Tasks of these go to what costs least before the order counts. */
  readonly cheapFor: readonly Specialty[];
  /** Of Claude Code; `null`: its own choice. */
  readonly claudeModel: string | null;
}

export const DEFAULT_ENGINES: EnginePolicy = {
  order: NAMED_ENGINES,
  bySpecialty: {},
  cheapFor: [],
  claudeModel: null,
};

/** What is known of the task. */
export interface Chooser {
  readonly demand: Demand;
  readonly specialty: Specialty | null;
  /** Engines that failed it for their own sake. */
  readonly failedWith: readonly EngineKind[];
}

/** An engine in the turn in which it is tried. `why`: what speaks against it; `null`: nothing, but its place. */
export interface Turn {
  readonly kind: EngineKind;
  readonly why: PassedOver | null;
  /** No call can leave for it now. */
  readonly isHeld: boolean;
}

/** All that any task may be given to. */
export function chosenAmong({ order, bySpecialty }: EnginePolicy): readonly NamedEngine[] {
  const named = new Set([...order, ...Object.values(bySpecialty).flat()]);
  return NAMED_ENGINES.filter((kind) => named.has(kind));
}

/**
 * The engines for a task, the best first: those that failed it last, before them those near their limit, then by cost where that
 * counts, then as the settings order them. Those that are held stand where they would, so that it can be told.
 */
export function inTurn(task: Chooser, policy: EnginePolicy, supply: SupplyOf): readonly Turn[] {
  const { demand, specialty, failedWith } = task;
  if (demand.engine !== 'auto')
    return [{ kind: demand.engine, ...standing(demand.engine, supply) }];
  const order = (specialty === null ? undefined : policy.bySpecialty[specialty]) ?? policy.order;
  const isCheap = specialty !== null && policy.cheapFor.includes(specialty);
  const turns = order.map((kind, place) => {
    const { isHeld, why } = standing(kind, supply);
    const failed = failedWith.includes(kind);
    const cost = isCheap ? costOf(kind, supply) : 0;
    const keys = [Number(failed), Number(why === 'near_limit'), cost, place];
    const against = isHeld ? why : failed ? 'failed' : (why ?? (cost > 0 ? 'dearer' : null));
    return { keys, turn: { kind, why: against, isHeld } };
  });
  return turns.toSorted((a, b) => compare(a.keys, b.keys)).map(({ turn }) => turn);
}

/**
 * The first of them that the agent can run now. What it passes over is told: engines before it, and those that would have been
 * before it if nothing spoke against them. `null`: it can run none.
 */
export function pickFor(
  agent: Pick<Agent, 'id' | 'capabilities' | 'profile'>,
  demand: Demand,
  turns: readonly Turn[],
): { readonly rank: number; readonly pick: EnginePick } | null {
  return lackOfNeeds(agent, demand) ? null : pickAmong(agent, turns);
}

/** The same for an agent that meets the demand but for its engine. */
export function pickAmong(
  agent: Pick<Agent, 'capabilities'>,
  turns: readonly Turn[],
): { readonly rank: number; readonly pick: EnginePick } | null {
  const rank = turns.findIndex(({ kind, isHeld }) => !isHeld && isHere(agent, kind));
  const chosen = turns[rank];
  if (!chosen) return null;
  const passed = turns.flatMap(({ kind, why, isHeld }, place) => {
    if (place < rank) return [{ kind, why: isHeld && why ? why : ('unable' as const) }];
    return place > rank && why !== null && isHere(agent, kind) ? [{ kind, why }] : [];
  });
  return { rank, pick: { kind: chosen.kind, passed } };
}

/** What an attempt is given. @param kind of those that are named by a word alone */
export function specFor(kind: NamedEngine, { claudeModel }: EnginePolicy): EngineSpec {
  return kind === 'claude-code' && claudeModel !== null ? { kind, model: claudeModel } : { kind };
}

const WHY_WORDS: Readonly<Record<PassedOver, string>> = {
  signed_out: 'its account is signed out',
  limited: 'its limit is reached',
  unreachable: 'its server does not answer',
  near_limit: 'its limit is near',
  failed: 'it failed this task',
  dearer: 'it costs more',
  unable: 'not to be had here',
};

/** `codex, not claude-code (its limit is reached)` */
export function pickInWords({ kind, passed }: EnginePick): string {
  const others = passed.map((one) => `${one.kind} (${WHY_WORDS[one.why]})`);
  return others.length === 0 ? kind : `${kind}, not ${others.join(', ')}`;
}

function standing(kind: EngineKind, supply: SupplyOf): Omit<Turn, 'kind'> {
  const of = supply(kind);
  if (of?.state === 'held') return { isHeld: true, why: of.reason };
  return { isHeld: false, why: of?.isNear === true ? 'near_limit' : null };
}

/** What runs on the agent is free, what it is signed in with is paid for already, an account is paid by the token. */
export function costOf(kind: EngineKind, supply: SupplyOf): number {
  if (kind === 'ollama') return 0;
  return supply(kind) === null ? 1 : 2;
}

function isHere({ capabilities }: Pick<Agent, 'capabilities'>, kind: EngineKind): boolean {
  return capabilities.engines.some((engine) => engine.kind === kind && engine.ready);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, key] of a.entries()) {
    const other = b[index] ?? 0;
    if (key !== other) return key - other;
  }
  return 0;
}
