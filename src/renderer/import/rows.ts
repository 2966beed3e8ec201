/** The rows of the import sheet: what was understood, what a person changed of it, and the tasks that become of it. Pure. */
import type { ImportResult } from '../../shared/contract-import.ts';
import type { EngineChoice, EngineKind } from '../../shared/domain/engine.ts';
import { isEnd, type Priority } from '../../shared/domain/task.ts';
import { Need } from '../../shared/domain/need.ts';
import type { ImportedTask, Understood } from '../../shared/import/payload.ts';

/** `own`: as the item itself says; `default`: what the coordinator takes where none is given. */
export type RowEngine = 'default' | EngineKind | 'own';

export interface Row {
  /** The task's key: however often it is sent, it is made once. */
  readonly key: string;
  readonly item: Understood;
  readonly isTicked: boolean;
  readonly title: string;
  /** Empty: the one for all. */
  readonly repo: string;
  readonly priority: Priority;
  readonly engine: RowEngine;
  /** Separated by spaces; empty: those for all. */
  readonly needs: string;
  readonly result: ImportResult | null;
}

/** What holds where a row says nothing. */
export interface ForAll {
  readonly repo: string;
  readonly needs: string;
  /** What the engine `command` runs. */
  readonly run: string;
}

export type RowChange = Partial<
  Pick<Row, 'isTicked' | 'title' | 'repo' | 'priority' | 'engine' | 'needs'>
>;

export const NOTHING_FOR_ALL: ForAll = { repo: '', needs: '', run: '' };

/** Rows of new items, what needs a look on top. @param keyOf makes a key that nobody else has */
export function rowsOf(items: readonly Understood[], keyOf: () => string): Row[] {
  return items
    .map((item) => ({
      key: keyOf(),
      item,
      isTicked: item.kind !== 'unknown' && item.problem === null && item.duplicateOf === null,
      title: item.title ?? '',
      repo: item.repo ?? '',
      priority: item.priority ?? ('normal' as const),
      engine: ownEngine(item),
      needs: item.needs.join(' '),
      result: null,
    }))
    .toSorted((a, b) => rankOf(a.item) - rankOf(b.item));
}

function ownEngine({ engine, localOnly }: Understood): RowEngine {
  if (localOnly) return 'ollama';
  return engine ? 'own' : 'default';
}

function rankOf({ kind, problem, duplicateOf }: Understood): number {
  if (kind === 'unknown') return 0;
  return problem !== null || duplicateOf !== null ? 1 : 2;
}

/** The address of the repository, where a drop was nothing else: its issues can be picked from. `null`: it was not. */
export function repoToPickFrom(items: readonly Understood[]): string | null {
  const [only, ...more] = items;
  if (more.length > 0 || only?.kind !== 'repository') return null;
  return only.repo !== null && /^https?:\/\//i.test(only.repo) ? only.repo : null;
}

/** True when a task can be made of it at all, and was not yet. */
export function isOpen({ item, result }: Row): boolean {
  return item.kind !== 'unknown' && result?.ok !== true;
}

export type Lack = 'title' | 'repo' | 'run' | 'needs';

/** What must be filled in before a ticked row can become a task. */
export function lackOf(row: Row, all: ForAll): Lack | null {
  if (row.title.trim() === '') return 'title';
  if (row.repo.trim() === '' && all.repo.trim() === '') return 'repo';
  if (row.engine === 'command' && all.run.trim() === '') return 'run';
  return needsOf(row, all) === null ? 'needs' : null;
}

/** `null` when one of them is no need. */
function needsOf({ needs }: Row, all: ForAll): string[] | null {
  const text = needs.trim() === '' ? all.needs : needs;
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return words.length <= 20 && words.every((word) => Need.safeParse(word).success) ? words : null;
}

export function taskOf(row: Row, all: ForAll): ImportedTask {
  const { item, key } = row;
  const engine = engineOf(row, all);
  const isTwin = item.duplicateOf !== null && !isEnd(item.duplicateOf.state);
  return {
    key,
    title: row.title.trim(),
    body: item.body,
    repo: row.repo.trim() || all.repo.trim(),
    priority: row.priority,
    needs: needsOf(row, all) ?? [],
    after: item.after,
    ...(item.base !== null && row.repo === item.repo && { base: item.base }),
    ...(engine && { engine }),
    // With another engine chosen for it, it is refused, and says why.
    ...(item.localOnly && { localOnly: true }),
    ...(item.at !== null && { at: item.at }),
    ...(item.ref && { origin: item.ref }),
    ...(item.issue && { source: item.issue }),
    ...(item.specialty && { specialty: item.specialty }),
    ...(item.blockers.length > 0 && { blockers: item.blockers }),
    // Whoever ticks a row that is marked so wants another one.
    ...(isTwin && { again: true }),
  };
}

function engineOf({ engine, item }: Row, all: ForAll): EngineChoice | null {
  if (engine === 'own') return item.engine;
  if (engine === 'command') return { kind: 'command', run: all.run.trim() };
  return engine === 'default' ? null : { kind: engine };
}

export interface Counts {
  readonly items: number;
  readonly ticked: number;
  /** Ticked, and something is still to be filled in. */
  readonly lacking: number;
  readonly duplicates: number;
  readonly unknown: number;
  readonly made: number;
  readonly refused: number;
}

export function countsOf(rows: readonly Row[], all: ForAll): Counts {
  const ticked = rows.filter((row) => row.isTicked && isOpen(row));
  return {
    items: rows.length,
    ticked: ticked.length,
    lacking: ticked.filter((row) => lackOf(row, all) !== null).length,
    duplicates: rows.filter(({ item }) => item.duplicateOf !== null).length,
    unknown: rows.filter(({ item }) => item.kind === 'unknown').length,
    made: rows.filter(({ result }) => result?.ok === true).length,
    refused: rows.filter(({ result }) => result?.ok === false).length,
  };
}

/** What became of some rows, by their keys. */
export function withResults(
  rows: readonly Row[],
  results: ReadonlyMap<string, ImportResult>,
): Row[] {
  return rows.map((row) => {
    const result = results.get(row.key);
    return result ? { ...row, result, isTicked: !result.ok && row.isTicked } : row;
  });
}

/** The value that all ticked rows share, or all rows when none is; `null` when they differ. */
export function sharedBy<T>(rows: readonly Row[], read: (row: Row) => T): T | null {
  const ticked = rows.filter((row) => row.isTicked && isOpen(row));
  const [first, ...rest] = (ticked.length > 0 ? ticked : rows.filter(isOpen)).map(read);
  return first !== undefined && rest.every((value) => value === first) ? first : null;
}
