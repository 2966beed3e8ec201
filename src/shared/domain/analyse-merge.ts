/** Which of several facts counts: that of the strongest source, for ever. Pure; everything that changes an analysis goes through here. */
import type { AnalysisByHand } from './command.ts';
import { FACT_SOURCES, type Fact, type FactSource, type TaskAnalysis } from './analysis.ts';
import type { SecurityLevel } from './security.ts';
import type { Specialty } from './specialty.ts';
import type { Task } from './task.ts';

/** True when a fact from `a` may take the place of one from `b`. */
function isAtLeast(a: FactSource, b: FactSource): boolean {
  return FACT_SOURCES.indexOf(a) <= FACT_SOURCES.indexOf(b);
}

/** Of equals the first one. */
export function strongest<T>(facts: readonly Fact<T>[], otherwise: Fact<T>): Fact<T> {
  let best = otherwise;
  for (const fact of facts) if (!isAtLeast(best.from, fact.from)) best = fact;
  return best;
}

/** The same for each value by itself. */
export function strongestEach<T>(facts: readonly Fact<T>[]): Fact<T>[] {
  const best = new Map<T, Fact<T>>();
  for (const fact of facts) best.set(fact.value, strongest([fact], best.get(fact.value) ?? fact));
  return [...best.values()];
}

/** `before`, with what `after` knows from a source that is no weaker. Needs are only added. */
export function merged(before: TaskAnalysis, after: TaskAnalysis): TaskAnalysis {
  return {
    specialty: newer(before.specialty, after.specialty),
    needs: strongestEach([...before.needs, ...after.needs]).slice(0, 20),
    size: newer(before.size, after.size),
    durationMs: newer(before.durationMs, after.durationMs),
    costUsd: newer(before.costUsd, after.costUsd),
    security: newer(before.security, after.security),
    location: newer(before.location, after.location),
  };
}

/** Of a task that was not analysed: what it says of itself. */
function blankAnalysis({
  specialty,
  security,
  location,
}: Pick<Task, 'specialty' | 'security' | 'location'>): TaskAnalysis {
  const from = 'default';
  return {
    specialty: { value: specialty ?? 'general', from },
    needs: [],
    size: { value: 'medium', from },
    durationMs: { value: null, from },
    costUsd: { value: null, from },
    security: { value: security, from },
    location: { value: location, from },
  };
}

/** Fields that somebody sets. */
export interface SetFields {
  readonly specialty?: Specialty | undefined;
  readonly needs?: readonly string[] | undefined;
  readonly security?: SecurityLevel | undefined;
  readonly location?: string | null | undefined;
  readonly analysis?: AnalysisByHand | undefined;
}

/**
 * The analysis after an edit: every field that it sets is known from `from`, a person or the labels. A field that is known
 * from something stronger stays.
 */
export function edited(
  task: Pick<Task, 'analysis' | 'needs' | 'specialty' | 'security' | 'location'>,
  set: SetFields,
  from: FactSource,
): TaskAnalysis {
  const { size, durationMs, costUsd } = set.analysis ?? {};
  const before = task.analysis ?? blankAnalysis(task);
  const { needs = task.needs } = set;
  return {
    specialty: put(before.specialty, set.specialty, from),
    // Those that are new, and of those from before what is still needed.
    needs: strongestEach([
      ...before.needs.filter(({ value }) => needs.includes(value)),
      ...needs.filter((need) => !task.needs.includes(need)).map((value) => ({ value, from })),
    ]).slice(0, 20),
    size: put(before.size, size, from),
    durationMs: put(before.durationMs, durationMs, from),
    costUsd: put(before.costUsd, costUsd, from),
    security: put(before.security, set.security, from),
    location: put(before.location, set.location, from),
  };
}

function newer<T>(before: Fact<T>, after: Fact<T>): Fact<T> {
  return isAtLeast(after.from, before.from) ? after : before;
}

function put<T>(before: Fact<T>, value: T | undefined, from: FactSource): Fact<T> {
  return value === undefined ? before : newer(before, { value, from });
}
