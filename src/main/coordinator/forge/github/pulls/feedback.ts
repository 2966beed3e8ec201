/** What a reviewer said at GitHub, as what the next attempt is given to read. Pure. */
import { MOST_COMMENTS, ReviewComment } from '../../../../../shared/domain/review-comment.ts';
import type { Feedback, Task } from '../../../../../shared/domain/task.ts';
import { cleanLine, cleanParagraphs } from '../../../../../shared/text.ts';
import { isOurs } from '../marker.ts';

export interface ReviewSeen {
  readonly id: number;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  readonly body: string;
  readonly url: string;
  /** `null`: an account that is gone. */
  readonly author: string | null;
  readonly association: string;
}

export interface LineSeen {
  readonly id: number;
  readonly body: string;
  readonly path: string;
  /** `null`: on the whole file, or on a line that is gone. */
  readonly line: number | null;
  readonly side: 'LEFT' | 'RIGHT';
  readonly hunk: string;
}

export interface SendBack {
  readonly comment: string;
  readonly comments: ReviewComment[];
}

const MAY_WRITE = ['OWNER', 'MEMBER', 'COLLABORATOR'];
const MOST_TEXT = 20_000;
const MOST_LINE_TEXT = 4_000;
const MOST_QUOTE = 300;

/** Whoever may write to the repository can have more work done; what others say is only shown. */
export function mayAsk({ association, state }: ReviewSeen): boolean {
  return (
    MAY_WRITE.includes(association) && (state === 'CHANGES_REQUESTED' || state === 'COMMENTED')
  );
}

/** What a review asks for; `null`: nothing, as with praise, or with our own answers. */
export function sendBackOf(review: ReviewSeen, lines: readonly LineSeen[]): SendBack | null {
  const theirs = lines.filter(({ body }) => !isOurs(body) && body.trim() !== '');
  const asks = review.state === 'CHANGES_REQUESTED' || theirs.length > 0;
  if (!asks || isOurs(review.body)) return null;
  const comments = theirs.slice(0, MOST_COMMENTS).flatMap((one) => lineComment(one) ?? []);
  const onFiles = theirs.filter((one) => one.line === null || one.line < 1);
  const who = cleanLine(review.author ?? 'somebody', 100);
  const verb = review.state === 'CHANGES_REQUESTED' ? 'asked for changes' : 'commented';
  const parts = [
    `${who} ${verb}: ${review.url}`,
    cleanParagraphs(review.body, MOST_TEXT).trim(),
    ...onFiles.map(
      (one) => `${cleanLine(one.path, 1_000)}: ${cleanParagraphs(one.body, MOST_LINE_TEXT).trim()}`,
    ),
  ];
  return {
    comment: parts
      .filter((part) => part !== '')
      .join('\n\n')
      .slice(0, MOST_TEXT),
    comments,
  };
}

/** True when an earlier attempt was sent back with this review: also after a crash that forgot everything else. */
export function wasTaken(task: Pick<Task, 'feedback'>, { url }: Pick<ReviewSeen, 'url'>): boolean {
  return task.feedback.some(({ comment }) => addressesIn(comment).includes(url));
}

/** Ids of reviews that a task was sent back with. */
export function takenReviews(feedback: readonly Feedback[]): number[] {
  return feedback.flatMap(({ comment }) =>
    addressesIn(comment).flatMap((url) => {
      const id = /#pullrequestreview-(\d+)$/.exec(url)?.[1];
      return id === undefined ? [] : [Number(id)];
    }),
  );
}

/** Only the first line is ours: what follows may quote anything. */
function addressesIn(comment: string): string[] {
  const [first = ''] = comment.split('\n');
  return first.split(' ').filter((word) => word.startsWith('http'));
}

function lineComment({ path, line, side, body, hunk }: LineSeen): ReviewComment | null {
  if (line === null || line < 1) return null;
  const quote = cleanLine(hunk.split('\n').at(-1)?.slice(1) ?? '', MOST_QUOTE);
  const made = ReviewComment.safeParse({
    path: path.slice(0, 1_000),
    line,
    side: side === 'LEFT' ? 'before' : 'after',
    text: cleanParagraphs(body, MOST_LINE_TEXT).trim(),
    ...(quote !== '' && { quote }),
  });
  return made.data ?? null;
}
