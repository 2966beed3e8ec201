/**
 * Which host is woken, made an agent, or sent to rest: by the load of the workshop over some minutes, one host at a time, and never so
 * that the one leads to the other. Only agents that people named standby, and PCs that they named spare, are touched. Pure.
 */
import type { AgentId } from '../ids.ts';
import type { SpareHost } from '../spare-hosts.ts';
import type { Agent } from './agent.ts';
import type { Specialty } from './specialty.ts';

/** One look at the workshop. */
export interface WorkshopLook {
  /** Epoch ms. */
  readonly at: number;
  /** Slots that work, tasks that wait for one, and slots there are on agents that are awake. */
  readonly inUse: number;
  readonly waiting: number;
  readonly slots: number;
  /** What those that wait are about, as far as that is known. */
  readonly about: ReadonlyMap<Specialty, number>;
}

export interface ScaleHistory {
  /** Oldest first. */
  readonly looks: readonly WorkshopLook[];
  /** When a host was woken or sent to rest last (epoch ms), and when each was woken. */
  readonly changedAt: number | null;
  readonly wokenAt: ReadonlyMap<AgentId, number>;
}

export type ScaleAnswer =
  | { readonly what: 'wake' | 'rest'; readonly agentId: AgentId; readonly why: string }
  | { readonly what: 'add'; readonly spare: SpareHost; readonly why: string };

/** What is in use and waits, over what there is. */
export const TARGET_LOAD = 0.7;
/** Of the target: below this there is too much of it all. */
const REST_SHARE = 0.3;
/** After a rest the others must stay below this, so that it does not lead to a wake. */
const AFTER_REST = TARGET_LOAD * 0.8;

const MINUTE = 60_000;
const WAKE_AFTER_MS = 3 * MINUTE;
const REST_AFTER_MS = 10 * MINUTE;
/** A host needs so long to start; one that did not come in that time is tried last. */
const STARTING_MS = 4 * MINUTE;

/**
 * @param spares PCs that could become agents, in the order of the setting
 * @returns `null`: all stay as they are
 */
export function scale(
  { looks, changedAt, wokenAt }: ScaleHistory,
  fleet: readonly Agent[],
  spares: readonly SpareHost[] = [],
): ScaleAnswer | null {
  const last = looks.at(-1);
  if (!last) return null;
  const isSettled = changedAt === null || last.at - changedAt >= STARTING_MS;
  if (!isSettled) return null;
  if (held(looks, WAKE_AFTER_MS, (load) => load > TARGET_LOAD)) {
    return more(last, wokenAt, fleet, spares);
  }
  const isQuiet =
    (changedAt === null || last.at - changedAt >= REST_AFTER_MS) &&
    held(looks, REST_AFTER_MS, (load) => load < TARGET_LOAD * REST_SHARE);
  return isQuiet ? rest(last, fleet) : null;
}

export function loadOf({ inUse, waiting, slots }: WorkshopLook): number {
  if (slots > 0) return (inUse + waiting) / slots;
  return waiting > 0 ? Infinity : 0;
}

/** In all looks of that time, and there were looks for nearly all of it. */
function held(looks: readonly WorkshopLook[], ms: number, is: (load: number) => boolean): boolean {
  const end = looks.at(-1)?.at ?? 0;
  const lately = looks.filter(({ at }) => at >= end - ms);
  const begin = lately[0]?.at ?? end;
  return end - begin >= ms * 0.8 && lately.every((look) => is(loadOf(look)));
}

/** Waking is quicker than making an agent, but who is good at what most of it is goes first. */
function more(
  last: WorkshopLook,
  wokenAt: ReadonlyMap<AgentId, number>,
  fleet: readonly Agent[],
  spares: readonly SpareHost[],
): ScaleAnswer | null {
  const [bottleneck] = [...last.about].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const fits = (specialties: readonly Specialty[]): boolean =>
    bottleneck !== undefined && specialties.includes(bottleneck);
  const isGood = ({ capabilities, profile }: Agent): boolean =>
    fits(capabilities.specialties) || fits(profile.specialties);
  const asleep = asleepOf(fleet, wokenAt, isGood);
  const spare = spares.find(({ specialties }) => fits(specialties)) ?? spares[0];
  const load = loadOf(last);
  const share = Number.isFinite(load) ? `${Math.round(load * 100)} %` : 'all';
  const why = (isFit: boolean): string =>
    `the load of the workshop is ${share}${isFit ? `, most of it ${bottleneck ?? ''}` : ''}`;
  if (spare && (!asleep || (fits(spare.specialties) && !isGood(asleep))))
    return { what: 'add', spare, why: why(fits(spare.specialties)) };
  return asleep ? { what: 'wake', agentId: asleep.id, why: why(isGood(asleep)) } : null;
}

function asleepOf(
  fleet: readonly Agent[],
  wokenAt: ReadonlyMap<AgentId, number>,
  isGood: (agent: Agent) => boolean,
): Agent | undefined {
  const asleep = fleet.filter(
    ({ profile, site, connected, resting }) =>
      profile.standby &&
      site === null &&
      (connected ? resting !== null : profile.wakeAddress !== null),
  );
  const [best] = asleep.toSorted(
    (a, b) =>
      (wokenAt.get(a.id) ?? 0) - (wokenAt.get(b.id) ?? 0) ||
      Number(isGood(b)) - Number(isGood(a)) ||
      b.slots - a.slots ||
      (a.id < b.id ? -1 : 1),
  );
  return best;
}

function rest(last: WorkshopLook, fleet: readonly Agent[]): ScaleAnswer | null {
  const work = last.inUse + last.waiting;
  const idle = fleet.filter(
    ({ profile, site, connected, resting, slots }) =>
      profile.standby &&
      site === null &&
      connected &&
      resting === null &&
      last.slots > slots &&
      work / (last.slots - slots) < AFTER_REST,
  );
  const [best] = idle.toSorted(
    (a, b) => a.running.length - b.running.length || b.slots - a.slots || (a.id < b.id ? -1 : 1),
  );
  if (!best) return null;
  const load = Math.round(loadOf(last) * 100);
  return { what: 'rest', agentId: best.id, why: `the load of the workshop is ${load} %` };
}
