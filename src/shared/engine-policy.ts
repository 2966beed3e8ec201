/**
 * The settings about which engine works on what, as one line of text each, and as what placement reads. In the file a list or a
 * map does as well. Pure.
 */
import { z } from 'zod';
import type { EnginePolicy } from './domain/choose-engine.ts';
import { NamedEngine, NAMED_ENGINES } from './domain/engine.ts';
import { Specialty } from './domain/specialty.ts';

const MOST_TEXT = 500;

/** `claude-code, codex`; a list in the file. */
export const EngineOrder = z
  .preprocess(asLine, z.string().max(MOST_TEXT))
  .refine((text) => engines(text) !== null, {
    error: `engines by their names, the first choice first, each once: ${NAMED_ENGINES.join(', ')}`,
  });

/** `documentation: ollama, codex; testing: codex`; a map of lists in the file. */
export const EnginesBySpecialty = z
  .preprocess(asLines, z.string().trim().max(MOST_TEXT).nullable())
  .refine((text) => text === null || bySpecialty(text) !== null, {
    error: `written as "documentation: ollama, codex; testing: codex"; specialties are ${Specialty.options.join(', ')}`,
  });

/** `documentation, testing`; a list in the file. */
export const CheapFor = z
  .preprocess(asLine, z.string().trim().max(MOST_TEXT).nullable())
  .refine((text) => text === null || specialties(text) !== null, {
    error: `specialties by their names: ${Specialty.options.join(', ')}`,
  });

export const DEFAULT_ORDER = NAMED_ENGINES.join(', ');

interface EngineSettings {
  readonly model: string | null;
  readonly order: string;
  readonly bySpecialty: string | null;
  readonly cheapFor: string | null;
}

/** Of settings that were checked. */
export function enginePolicyOf({
  engines: set,
}: {
  readonly engines: EngineSettings;
}): EnginePolicy {
  return {
    order: engines(set.order) ?? NAMED_ENGINES,
    bySpecialty: bySpecialty(set.bySpecialty ?? '') ?? {},
    cheapFor: specialties(set.cheapFor ?? '') ?? [],
    claudeModel: set.model,
  };
}

function engines(text: string): NamedEngine[] | null {
  const read = wordsIn(text, ',').map((word) => NamedEngine.safeParse(word).data);
  const known = read.flatMap((one) => one ?? []);
  const isRight = known.length === read.length && new Set(known).size === known.length;
  return isRight && known.length > 0 ? known : null;
}

function specialties(text: string): Specialty[] | null {
  const read = wordsIn(text, ',').map((word) => Specialty.safeParse(word).data);
  const known = read.flatMap((one) => one ?? []);
  return known.length === read.length ? known : null;
}

function bySpecialty(text: string): EnginePolicy['bySpecialty'] | null {
  const orders: Partial<Record<Specialty, NamedEngine[]>> = {};
  for (const part of wordsIn(text, ';')) {
    const [name = '', order = ''] = part.split(':');
    const specialty = Specialty.safeParse(name.trim());
    const kinds = engines(order);
    if (!specialty.success || !kinds || orders[specialty.data]) return null;
    orders[specialty.data] = kinds;
  }
  return orders;
}

function wordsIn(text: string, between: string): string[] {
  return text
    .split(between)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function asLine(given: unknown): unknown {
  return Array.isArray(given) ? given.join(', ') : given;
}

function asLines(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return Object.entries(given)
    .map(([name, order]) => `${name}: ${String(asLine(order))}`)
    .join('; ');
}
