/**
 * What a task demands of an agent, as a value and as a key. Tasks with equal demands are
 * interchangeable for placement, so the queue keeps one ordered line per demand: a line that no agent can
 * serve never hides another one behind it, however long it is.
 */
import { z } from 'zod';
import type { AgentId } from '../ids.ts';
import type { Agent } from './agent.ts';
import type { Lack } from './attempt.ts';
import { blockingOf } from './condition.ts';
import {
  conditionIn,
  needAt,
  needCleared,
  unmet,
  type Asked,
  type Missing,
} from './demand-word.ts';
import { ENGINE_CHOICES, NAMED_ENGINES, type EngineKind } from './engine.ts';
import { type Task } from './task.ts';
import { Need } from './need.ts';

/** `auto`: any engine that is named by a word alone. */
export const Demand = z.strictObject({
  engine: z.enum(ENGINE_CHOICES),
  needs: z.array(Need),
});
export type Demand = z.infer<typeof Demand>;

/** Where its data must stay and who may see it are demands like any other. */
export function demandOf({
  engine,
  needs,
  localOnly,
  security,
  location,
}: Pick<Task, 'engine' | 'needs' | 'localOnly' | 'security' | 'location'>): Demand {
  const words = [
    // A word cannot lower what the task says of itself.
    ...needs.filter((need) => security === 'public' || need !== needCleared('public')),
    ...(location === null ? [] : [needAt(location)]),
    ...(security === 'internal' ? [] : [needCleared(security)]),
  ];
  return { engine: localOnly ? 'ollama' : engine.kind, needs: [...new Set(words)].toSorted() };
}

/** A canonical key: equal demands have equal keys. Example: `claude-code gpu python3`. */
export function demandKey(demand: Demand): string {
  return [demand.engine, ...demand.needs].join(' ');
}

/** The inverse of `demandKey`; throws on a text that is none. */
export function parseDemandKey(key: string): Demand {
  const [engine, ...needs] = key.split(' ');
  return Demand.parse({ engine, needs });
}

const AGENT_NEED = 'agent.';
const CLEARANCE = 'clearance.';

/** The need for that very agent. */
export function needFor(id: AgentId): string {
  return `${AGENT_NEED}${id}`;
}

/** True for the need for a certain agent, whichever. */
export function isForAgent(need: string): boolean {
  return need.startsWith(AGENT_NEED);
}

/** The engines that may serve it. @param among where it is open: those that may be chosen */
export function enginesFor(
  { engine }: Pick<Demand, 'engine'>,
  among: readonly EngineKind[] = NAMED_ENGINES,
): readonly EngineKind[] {
  return engine === 'auto' ? among : [engine];
}

/** What the agent lacks to serve the demand, in words; `null` when nothing. @param among as `enginesFor` has it */
export function lacking(
  agent: Asked,
  demand: Demand,
  among?: readonly EngineKind[],
): string | null {
  return lackOf(agent, demand, among)?.why ?? null;
}

/** The same for programs, too. */
export function lackOf(
  agent: Asked,
  demand: Demand,
  among?: readonly EngineKind[],
): Missing | null {
  return lackCheck(demand, among)(agent);
}

/** The same for many agents: the words are read once. */
export function lackCheck(
  demand: Demand,
  among?: readonly EngineKind[],
): (agent: Asked) => Missing | null {
  const kinds = enginesFor(demand, among);
  const lackOfWords = needsCheck(demand);
  return (agent) => lackOfEngine(agent, kinds, demand.engine) ?? lackOfWords(agent);
}

function lackOfEngine(
  { capabilities }: Asked,
  kinds: readonly EngineKind[],
  asked: Demand['engine'],
): Missing | null {
  let engine: (typeof capabilities.engines)[number] | undefined;
  for (const one of capabilities.engines) {
    if (!kinds.includes(one.kind)) continue;
    if (one.ready) return null;
    engine ??= one;
  }
  const about = engine?.kind ?? asked;
  if (!engine) return { why: `has no ${about} engine`, lack: { code: 'no_engine', about } };
  const why = `${about} is not ready: ${engine.why ?? 'unknown reason'}`;
  return { why, lack: { code: 'engine_not_ready', about } };
}

/** What no sign-in helps with: capability, clearance, place. */
export function lackOfNeeds(agent: Asked, demand: Pick<Demand, 'needs'>): Missing | null {
  return needsCheck(demand)(agent);
}

/** The same for many agents: the words are read once. */
export function needsCheck({ needs }: Pick<Demand, 'needs'>): (agent: Asked) => Missing | null {
  const words = needs.map((need) => ({ need, condition: conditionIn(need) }));
  // Who says nothing means the level in the middle: an agent for public work only sees no other.
  const isSaid = needs.some((need) => need.startsWith(CLEARANCE));
  const internal = isSaid ? null : conditionIn(needCleared('internal'));
  return (agent) => {
    const uncleared = internal && unmet(agent, internal);
    if (uncleared) return uncleared;
    const missing: string[] = [];
    for (const { need, condition } of words) {
      if (!condition) {
        if (!has(agent, need)) missing.push(need);
        continue;
      }
      const lack = unmet(agent, condition);
      // Clearance and place say more than a list of words.
      if (lack && lack.lack.code !== 'missing') return lack;
      if (lack) missing.push(need);
    }
    if (missing.length === 0) return null;
    const names = missing.join(', ');
    return { why: `lacks ${names}`, lack: { code: 'missing', about: names } };
  };
}

function has({ capabilities, profile }: Asked, need: string): boolean {
  const { tools, specialties, labels } = capabilities;
  return (
    tools.some(({ name }) => name === need) ||
    labels.includes(need) ||
    specialties.some((specialty) => specialty === need) ||
    profile.specialties.some((specialty) => specialty === need)
  );
}

/** What keeps a connected agent from any work just now. @param taken its slots in use */
export function holdUpOf(
  { site, resting, draining, overloaded, conditions, slots }: Agent,
  taken: number,
): Lack | null {
  if (site !== null) return { code: 'elsewhere' };
  if (resting) return { code: 'resting' };
  if (draining) return { code: 'draining' };
  const trouble = blockingOf(conditions);
  if (trouble) return { code: 'trouble', about: trouble.kind };
  if (overloaded) return { code: 'overloaded' };
  return taken >= slots ? { code: 'full' } : null;
}
