/** What a person says about single lines of a change. The next attempt's engine reads it as quotes with file and line. */
import { z } from 'zod';
import { paragraphs } from '../text.ts';

export const MOST_COMMENTS = 200;

export const ReviewComment = z.strictObject({
  path: z.string().min(1).max(1_000),
  /** Number of the line, counted from 1, on its side. */
  line: z.int().min(1),
  /** Before the change, or after it. */
  side: z.enum(['before', 'after']),
  text: paragraphs(4_000).pipe(z.string().min(1)),
  /** What the line says, so that it is found again when it has moved. */
  quote: z.string().max(300).optional(),
});
export type ReviewComment = z.infer<typeof ReviewComment>;

interface Said {
  readonly comment: string;
  readonly comments?: readonly ReviewComment[] | undefined;
}

/**
 * All that was said, as one text: the comment, then each line that was spoken about. Agents of every version get this one text,
 * so that none has to know of comments.
 */
export function wordsOf({ comment, comments = [] }: Said): string {
  const quotes = comments.map(({ path, line: n, side, text, quote }) => {
    const where = `${path}:${n}${side === 'before' ? ' (before the change)' : ''}`;
    const quoted = quote === undefined || quote.trim() === '' ? '' : `\n  > ${quote.trim()}`;
    return `- ${where}${quoted}\n  ${text.trim().replaceAll('\n', '\n  ')}`;
  });
  const lines = quotes.length === 0 ? '' : `On single lines of the change:\n\n${quotes.join('\n')}`;
  return [comment.trim(), lines].filter((part) => part !== '').join('\n\n');
}
