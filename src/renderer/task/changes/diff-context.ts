/** What all rows of an open diff share: how lines are coloured, and what can be said about them. */
import { createContext, useContext } from 'react';
import type { ReviewComment } from '../../../shared/domain/review-comment.ts';
import type { DiffLine, Hunk } from './parse-patch.ts';
import type { Place } from './rows.ts';
import type { Language } from './syntax.ts';
import type { Range } from './words.ts';

export interface DiffTools {
  languageOf(path: string): Language | null;
  changedIn(hunk: Hunk): ReadonlyMap<DiffLine, readonly Range[]>;
  /** `null`: the change that is shown is not up for review. */
  readonly review: {
    edit(place: Pick<Place, 'path' | 'side' | 'line'> | null): void;
    put(comment: ReviewComment): void;
    remove(comment: Pick<ReviewComment, 'path' | 'side' | 'line'>): void;
  } | null;
  /** Shows lines that are left out. */
  open(path: string, from: number, count: number): void;
  readonly viewed: ReadonlySet<string>;
  toggleViewed(path: string): void;
}

export const DiffContext = createContext<DiffTools | null>(null);

export function useDiffTools(): DiffTools {
  const tools = useContext(DiffContext);
  if (!tools) throw new Error('a row of a diff stands outside <DiffContext>');
  return tools;
}
