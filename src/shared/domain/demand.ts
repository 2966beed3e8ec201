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
import { ENGINE_CHOICES, NAMED_ENGINES, type EngineKind } from './engine.ts';
import { type Task } from './task.ts';
import { Need } from './need.ts';

/** `auto`: any engine that is named by a word alone. */
export const Demand = z.strictObject({
  engine: z.enum(ENGINE_CHOICES),
  needs: z.array(Need),
});
export type Demand = z.infer<typeof Demand>;

export function demandOf({
  engine,
  needs,
  localOnly,
}: Pick<Task, 'engine' | 'needs' | 'localOnly'>): Demand {
  return { engine: localOnly ? 'ollama' : engine.kind, needs: [...new Set(needs)].toSorted() };
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
  agent: Pick<Agent, 'id' | 'capabilities'>,
  demand: Demand,
  among?: readonly EngineKind[],
): string | null {
  return lackOf(agent, demand, among)?.why ?? null;
}

/** The same for programs, too. */
export function lackOf(
  agent: Pick<Agent, 'id' | 'capabilities'>,
  demand: Demand,
  among?: readonly EngineKind[],
): { readonly why: string; readonly lack: Lack } | null {
  const { tools, engines, specialties, labels } = agent.capabilities;
  const kinds = enginesFor(demand, among);
  const able = engines.filter(({ kind }) => kinds.includes(kind));
  const engine = able.find(({ ready }) => ready) ?? able[0];
  const about = engine?.kind ?? demand.engine;
  if (!engine) return { why: `has no ${about} engine`, lack: { code: 'no_engine', about } };
  if (!engine.ready) {
    const why = `${about} is not ready: ${engine.why ?? 'unknown reason'}`;
    return { why, lack: { code: 'engine_not_ready', about } };
  }
  const has = new Set<string>([...tools.map((tool) => tool.name), ...specialties, ...labels]);
  const itself = needFor(agent.id);
  // What an agent says of itself, its labels, does not make it another one.
  const missing = demand.needs.filter((need) =>
    isForAgent(need) ? need !== itself : !has.has(need),
  );
  if (missing.length === 0) return null;
  const names = missing.join(', ');
  return { why: `lacks ${names}`, lack: { code: 'missing', about: names } };
}

/** What keeps a connected agent from any work just now. @param taken its slots in use */
export function holdUpOf(
  { draining, overloaded, conditions, slots }: Agent,
  taken: number,
): Lack | null {
  if (draining) return { code: 'draining' };
  const trouble = blockingOf(conditions);
  if (trouble) return { code: 'trouble', about: trouble.kind };
  if (overloaded) return { code: 'overloaded' };
  return taken >= slots ? { code: 'full' } : null;
}
