/**
 * What is known of a task before it is placed: what it is about, what it needs, how large it is, how confidential. Every field
 * says where it came from; what a person said stands above all else. Values only, `analyse.ts` finds them.
 */
import { z } from 'zod';
import { Need } from './need.ts';
import { SecurityLevel } from './security.ts';
import { Specialty } from './specialty.ts';

/** Where a field came from, the strongest first: a field of a stronger source is never replaced by a weaker one's. */
export const FACT_SOURCES = [
  'person',
  'label',
  'repository',
  'path',
  'model',
  'history',
  'language',
  'words',
  'default',
] as const;
export const FactSource = z.enum(FACT_SOURCES);
export type FactSource = z.infer<typeof FactSource>;

/** Small: one place. Medium: a few files. Large: many, or a design. */
export const TASK_SIZES = ['small', 'medium', 'large'] as const;
export const TaskSize = z.enum(TASK_SIZES);
export type TaskSize = z.infer<typeof TaskSize>;

/** One field, where it came from, and what spoke for it. */
export interface Fact<T> {
  readonly value: T;
  readonly from: FactSource;
  readonly why?: string | undefined;
}

function fact<T extends z.ZodType>(value: T) {
  return z.strictObject({
    value,
    from: FactSource,
    /** What spoke for it, in a few words: `label bug`, `src/ui/*.tsx`, `median of 12 tasks`. */
    why: z.string().max(200).optional(),
  });
}

/** What the analysis of a task found. */
export const TaskAnalysis = z.strictObject({
  specialty: fact(Specialty),
  /** Beyond what whoever made it asked for. */
  needs: z.array(fact(Need)).max(20),
  size: fact(TaskSize),
  /** Of one attempt, in ms; `null`: nobody can say yet. */
  durationMs: fact(z.number().min(0).nullable()),
  /** Of one attempt, in US dollars. */
  costUsd: fact(z.number().min(0).nullable()),
  security: fact(SecurityLevel),
  /** Where its data must stay; `null`: anywhere. */
  location: fact(z.string().max(100).nullable()),
});
export type TaskAnalysis = z.infer<typeof TaskAnalysis>;

/** What a rule found; left out: it says nothing of that. */
export interface Found {
  readonly specialty?: Fact<Specialty> | undefined;
  readonly needs?: readonly Fact<string>[] | undefined;
  readonly size?: Fact<TaskSize> | undefined;
  readonly durationMs?: Fact<number> | undefined;
  readonly costUsd?: Fact<number> | undefined;
  readonly security?: Fact<SecurityLevel> | undefined;
  readonly location?: Fact<string> | undefined;
}
