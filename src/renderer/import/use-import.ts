/** The state of one import sheet: rows of all that was dropped on it, and making tasks of them, some at a time. */
import { useEffect, useReducer, useRef, useState } from 'react';
import type { ImportResult } from '../../shared/contract-import.ts';
import { batchesOf } from '../../shared/import/batches.ts';
import { unknown, NOWHERE } from '../../shared/import/item.ts';
import { MOST_BYTES, type Payload, type Understanding } from '../../shared/import/payload.ts';
import type { CallError } from '../client/call.ts';
import { useApp, useUi } from '../context.ts';
import { selectImports } from '../store/selectors.ts';
import type { Drop } from './drop.ts';
import {
  isOpen,
  NOTHING_FOR_ALL,
  repoToPickFrom,
  rowsOf,
  taskOf,
  withResults,
  type ForAll,
  type Row,
  type RowChange,
} from './rows.ts';

/** Tasks per request: between two, the progress shows. */
const AT_ONCE = 50;

type Step =
  | { readonly type: 'found'; readonly rows: readonly Row[] }
  | { readonly type: 'changed'; readonly key: string; readonly change: RowChange }
  | { readonly type: 'all'; readonly change: RowChange; readonly also: (row: Row) => boolean }
  | { readonly type: 'results'; readonly results: ReadonlyMap<string, ImportResult> };

function reduce(rows: readonly Row[], step: Step): readonly Row[] {
  switch (step.type) {
    case 'found':
      return [...rows, ...step.rows];
    case 'changed':
      return rows.map((row) => (row.key === step.key ? { ...row, ...step.change } : row));
    case 'all':
      return rows.map((row) => (isOpen(row) && step.also(row) ? { ...row, ...step.change } : row));
    default:
      return withResults(rows, step.results);
  }
}

export interface Import {
  readonly rows: readonly Row[];
  readonly all: ForAll;
  /** Items beyond those that are shown. */
  readonly left: number;
  readonly isReading: boolean;
  /** Tasks sent of those to send; `null` when none are being made. */
  readonly progress: { readonly done: number; readonly of: number } | null;
  readonly error: CallError | null;
  change(key: string, change: RowChange): void;
  /** Changes the rows that are ticked. */
  changeTicked(change: RowChange): void;
  tickAll(isTicked: boolean): void;
  setAll(part: Partial<ForAll>): void;
  create(): Promise<void>;
}

export function useImport(): Import {
  const { session, ui } = useApp();
  const [rows, dispatch] = useReducer(reduce, []);
  const [all, setAll] = useState(NOTHING_FOR_ALL);
  const [progress, setProgress] = useState<Import['progress']>(null);
  const [failure, setFailure] = useState<CallError | null>(null);
  async function pickFrom(repo: string): Promise<void> {
    const answer = await session.api.call('github.accounts', {});
    const { host } = new URL(repo);
    const isSignedIn = answer.ok && answer.value.accounts.some(({ url }) => hostOf(url) === host);
    if (!isSignedIn || ui.getState().imports === null) return;
    dispatch({ type: 'all', change: { isTicked: false }, also: () => true });
    ui.setState({ picking: { repo } });
  }

  const found = useFound((items) => {
    dispatch({ type: 'found', rows: rowsOf(items, () => crypto.randomUUID()) });
    // Whoever drops a repository wants something of what is to be done in it.
    const repo = rows.length === 0 ? repoToPickFrom(items) : null;
    if (repo !== null) void pickFrom(repo);
  });

  async function create(): Promise<void> {
    const chosen = rows.filter((row) => row.isTicked && isOpen(row));
    setFailure(null);
    const tasks = chosen.map((row) => taskOf(row, all));
    let done = 0;
    for (const items of batchesOf(tasks, AT_ONCE)) {
      setProgress({ done, of: tasks.length });
      const answer = await session.api.call('import.create', { items: [...items] });
      if (!answer.ok) {
        // What is left keeps its keys: sent again, what was made all the same is not made twice.
        setFailure(answer.error);
        break;
      }
      const { results } = answer.value;
      const pairs = items.flatMap(({ key }, i): [string, ImportResult][] => {
        const result = results[i];
        return result && key !== undefined ? [[key, result]] : [];
      });
      dispatch({ type: 'results', results: new Map(pairs) });
      done += items.length;
    }
    setProgress(null);
  }

  return {
    rows,
    all,
    progress,
    left: found.left,
    isReading: found.isReading,
    error: failure ?? found.error,
    change: (key, change) => dispatch({ type: 'changed', key, change }),
    changeTicked: (change) => dispatch({ type: 'all', change, also: ({ isTicked }) => isTicked }),
    tickAll: (isTicked) => dispatch({ type: 'all', change: { isTicked }, also: () => true }),
    setAll: (part) => setAll((before) => ({ ...before, ...part })),
    create,
  };
}

function hostOf(url: string): string | null {
  return URL.parse(url)?.host ?? null;
}

/** Has every drop read, in turn, and hands on what was found. */
function useFound(onItems: (items: Understanding['items']) => void) {
  const { session } = useApp();
  const drops = useUi(selectImports);
  const taken = useRef(0);
  const [reading, setReading] = useState(0);
  const [left, setLeft] = useState(0);
  const [error, setError] = useState<CallError | null>(null);

  async function read(drop: Drop): Promise<void> {
    if (drop.kind === 'too_large') {
      return onItems([unknown(NOWHERE, '', 'too_large', `more than ${MOST_BYTES / 2 ** 20} MB`)]);
    }
    setReading((n) => n + 1);
    const answer = await session.api.call('import.preview', { payload: payloadOf(drop) });
    setReading((n) => n - 1);
    if (!answer.ok) return setError(answer.error);
    setError(null);
    setLeft((before) => before + answer.value.left);
    onItems(answer.value.items);
  }

  useEffect(() => {
    const fresh = drops?.slice(taken.current) ?? [];
    taken.current = drops?.length ?? 0;
    for (const drop of fresh) void read(drop);
  });
  return { isReading: reading > 0, left, error };
}

function payloadOf(drop: Exclude<Drop, { kind: 'too_large' }>): Payload {
  if (drop.kind === 'payload') return drop.payload;
  return { kind: 'files', files: [{ kind: 'folder', path: drop.path }] };
}
