/**
 * What is known of a task before it is placed, by rules: each rule finds facts, and of those that speak of one field the one of the
 * strongest source counts (`FACT_SOURCES`). Pure: what is known of the repository, of history and of a model is passed in
 * (`scheduler/analysis` on the coordinator gathers it).
 */
import type { RepoConfig, TaskRule } from '../repo-config.ts';
import type { Fact, Found, TaskAnalysis } from './analysis.ts';
import { classify } from './classify.ts';
import { byLabels } from './analyse-labels.ts';
import { merged, strongest, strongestEach } from './analyse-merge.ts';
import { isOfPattern, needsOfFiles, specialtyOfPaths } from './analyse-paths.ts';
import { askedInText, pathsIn, sizeOfText } from './analyse-text.ts';
import { SECURITY_LEVELS } from './security.ts';
import type { Task } from './task.ts';

/** What attempts of such tasks took: medians, and of how many tasks. */
export interface Past {
  readonly ms: number;
  /** `null`: too few have a price. */
  readonly costUsd: number | null;
  readonly attempts: number;
  readonly of: number;
}

/** What the coordinator could learn of a task in time. */
export interface Known {
  /** What whoever made it said. */
  readonly given: Found;
  /** Of the repository; `null`: it could not be looked at. */
  readonly repository: {
    readonly rules: RepoConfig['tasks'];
    /** Paths of files that tell which tools it takes: `go.mod`, `web/package.json`. */
    readonly marks: readonly string[];
  } | null;
  /** Why something is not known, in a few words. */
  readonly missing: string | null;
  readonly model: Found | null;
  readonly past: Past | null;
  /** Whether an agent that is there has what a need names: guesses ask for nothing else, or a task might wait for ever. */
  readonly has: (need: string) => boolean;
}

/** What is analysed of a task. */
export type Analysed = Pick<
  Task,
  'title' | 'body' | 'needs' | 'source' | 'analysis' | 'specialty' | 'security' | 'location'
>;

const MOST_NEEDS = 20;

/** What was found before stays, unless something at least as strong says otherwise. */
export function analyse(task: Analysed, known: Known): TaskAnalysis {
  const found = rulesOf(task, known);
  const { missing } = known;
  const none = { from: 'default', ...(missing !== null && { why: missing }) } as const;
  const asked = new Set(task.needs);
  const needs = found
    .flatMap((one) => one.needs ?? [])
    .filter(({ value, from }) => !asked.has(value) && (!isGuess(from) || known.has(value)));
  const analysis: TaskAnalysis = {
    specialty: strongest(each(found, 'specialty'), { value: 'general', from: 'default' }),
    needs: strongestEach(needs).slice(0, MOST_NEEDS),
    size: strongest(each(found, 'size'), { value: 'medium', from: 'default' }),
    durationMs: strongest<number | null>(each(found, 'durationMs'), {
      value: null,
      from: 'default',
    }),
    costUsd: strongest<number | null>(each(found, 'costUsd'), { value: null, from: 'default' }),
    security: strongest(each(found, 'security'), { value: 'internal', ...none }),
    location: strongest<string | null>(each(found, 'location'), { value: null, ...none }),
  };
  return task.analysis ? merged(task.analysis, analysis) : analysis;
}

/** What of several tasks may only be worked on one at a time, as the rules of the repository say. */
export function concurrencyOf(
  task: Pick<Task, 'title' | 'body' | 'concurrency'>,
  { repository }: Pick<Known, 'repository'>,
): string[] {
  const rules = rulesFor(repository?.rules, pathsIn(task.title, task.body));
  const keys = rules.flatMap(({ rule }) => rule.concurrency ?? []);
  return [...new Set([...task.concurrency, ...keys])].slice(
    0,
    Math.max(5, task.concurrency.length),
  );
}

/** What no rule but the weakest ones says yet, so that a model is worth asking. */
export function isOpen(task: Analysed, known: Known): boolean {
  const { specialty, size } = analyse(task, { ...known, model: null });
  return isGuess(specialty.from) || isGuess(size.from);
}

function isGuess(from: Fact<unknown>['from']): boolean {
  return from === 'model' || from === 'language' || from === 'words' || from === 'default';
}

function each<K extends Exclude<keyof Found, 'needs'>>(
  found: readonly Found[],
  field: K,
): NonNullable<Found[K]>[] {
  return found.flatMap((one) => one[field] ?? []);
}

/** In any order: what counts is said by each fact's source. */
function rulesOf(task: Analysed, known: Known): Found[] {
  const { title, body, source } = task;
  const { given, repository, model, past } = known;
  const paths = pathsIn(title, body);
  const words = classify(title, body);
  return [
    given,
    byLabels(source?.labels ?? []),
    ...rulesFor(repository?.rules, paths).map(byRule),
    { specialty: specialtyOfPaths(paths) },
    ...(model ? [onlyCloser(model)] : []),
    ...(past ? [byPast(past)] : []),
    { needs: needsOfFiles(repository?.marks ?? [], paths) },
    { ...askedInText(title, body), size: sizeOfText(title, body, paths.length) },
    ...(words ? [{ specialty: { ...words, from: 'words' } as const }] : []),
  ];
}

interface NamedRule {
  readonly rule: TaskRule;
  readonly name: string;
}

/** The one of the first path that fits, before that of all tasks. */
function rulesFor(rules: RepoConfig['tasks'], paths: readonly string[]): NamedRule[] {
  if (!rules) return [];
  const { paths: byPath = {}, ...all } = rules;
  const own = Object.entries(byPath)
    .filter(([pattern]) => paths.some((path) => isOfPattern(path, pattern)))
    .slice(0, 1)
    .map(([pattern, rule]) => ({ rule, name: `.koubou.yaml, ${pattern}` }));
  return [...own, { rule: all, name: '.koubou.yaml' }];
}

function byRule({ rule, name }: NamedRule): Found {
  const because = { from: 'repository', why: name } as const;
  const { specialty, needs = [], security, location } = rule;
  return {
    ...(specialty && { specialty: { value: specialty, ...because } }),
    needs: needs.map((value) => ({ value, ...because })),
    ...(security && { security: { value: security, ...because } }),
    ...(location !== undefined && { location: { value: location, ...because } }),
  };
}

/** A model reads what strangers wrote: it may make a task more confidential than tasks are, never less. */
function onlyCloser({ security, ...model }: Found): Found {
  const usual = SECURITY_LEVELS.indexOf('internal');
  return security && SECURITY_LEVELS.indexOf(security.value) > usual
    ? { ...model, security }
    : model;
}

function byPast({ ms, costUsd, attempts, of }: Past): Found {
  const tries = attempts === 1 ? '' : `, ${attempts} attempts each`;
  const because = { from: 'history', why: `median of ${of} tasks${tries}` } as const;
  return {
    durationMs: { value: ms, ...because },
    ...(costUsd !== null && { costUsd: { value: costUsd, ...because } }),
  };
}
