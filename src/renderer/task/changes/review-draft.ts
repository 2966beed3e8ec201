/**
 * A review that is being written: comments on lines of one commit. It is kept in this window's storage until it is sent or thrown
 * away, so that nothing typed is lost.
 */
import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import { z } from 'zod';
import { MOST_COMMENTS, ReviewComment } from '../../../shared/domain/review-comment.ts';
import type { Task } from '../../../shared/domain/task.ts';

export interface ReviewDraft {
  readonly comments: readonly ReviewComment[];
  /** Adds a comment, or puts it in the place of the one about the same line. */
  put(comment: ReviewComment): void;
  remove(comment: Pick<ReviewComment, 'path' | 'side' | 'line'>): void;
  clear(): void;
}

const Kept = z.array(ReviewComment).max(MOST_COMMENTS);
const NONE: ReviewComment[] = [];

/** Of the change that is up for review. */
export function useReviewDraft({ id, change }: Pick<Task, 'id' | 'change'>): ReviewDraft {
  const [comments, setComments, clear] = useLocalStorage<ReviewComment[]>({
    key: `koubou.review.${id}.${change?.commit ?? 'none'}`,
    defaultValue: NONE,
    deserialize: readKept,
    getInitialValueInEffect: false,
  });
  return useMemo(
    () => ({
      comments,
      put: (comment) =>
        setComments((before) =>
          [...before.filter((other) => !isSameLine(other, comment)), comment].slice(-MOST_COMMENTS),
        ),
      remove: (comment) =>
        setComments((before) => before.filter((other) => !isSameLine(other, comment))),
      clear,
    }),
    [comments, setComments, clear],
  );
}

type Place = Pick<ReviewComment, 'path' | 'side' | 'line'>;

export function isSameLine(a: Place, b: Place): boolean {
  return a.path === b.path && a.side === b.side && a.line === b.line;
}

function readKept(text: string | undefined): ReviewComment[] {
  try {
    return Kept.safeParse(JSON.parse(text ?? '[]')).data ?? NONE;
  } catch {
    // What another version, or a hand, left there is no draft of ours.
    return NONE;
  }
}
