/** Takes what reviewers ask for: their reviews become the words that the task is sent back with, each once. */
import { ok, type Result } from '../../../../../shared/result.ts';
import type { RouteData } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import type { At, Changed } from './deps.ts';
import {
  mayAsk,
  sendBackOf,
  wasTaken,
  type LineSeen,
  type ReviewSeen,
  type SendBack,
} from './feedback.ts';

export interface Taken extends SendBack {
  readonly review: ReviewSeen;
}

export interface ReviewAnswer {
  /** The oldest review that asks for something and was not taken yet; `null`: none does. */
  readonly taken: Taken | null;
  /** Reviews that need not be read again, because they ask for nothing. */
  readonly idle: readonly number[];
}

type Line = RouteData<'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments'>[number];

/** A hundred each, the newest first: reviews that are not taken yet are among them. */
const MOST_PAGES = 5;

/** @param known reviews that were read before, and ask for nothing or were taken */
export async function openReview(
  at: At,
  task: Changed,
  reviews: readonly ReviewSeen[],
  known: readonly number[],
): Promise<Result<ReviewAnswer, GitHubProblem>> {
  const news = reviews.filter(
    (review) => !known.includes(review.id) && mayAsk(review) && !wasTaken(task, review),
  );
  if (news.length === 0) return ok({ taken: null, idle: [] });
  const lines = await linesOf(at, task.pull?.number ?? 0);
  if (!lines.ok) return lines;
  const idle: number[] = [];
  for (const review of news) {
    const own = lines.value.filter((one) => one.pull_request_review_id === review.id);
    const sent = sendBackOf(review, own.toReversed().map(lineSeen));
    if (sent) return ok({ taken: { ...sent, review }, idle });
    idle.push(review.id);
  }
  return ok({ taken: null, idle });
}

async function linesOf(
  { client, place }: At,
  pull_number: number,
): Promise<Result<readonly Line[], GitHubProblem>> {
  const { owner, repo } = place;
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments';
  const order = { sort: 'created', direction: 'desc', per_page: 100 } as const;
  let page = await client.rest(route, { owner, repo, pull_number, ...order });
  const lines: Line[] = [];
  for (let n = 1; ; n++) {
    if (!page.ok) return page;
    lines.push(...page.value.data);
    const { nextPage } = page.value;
    if (nextPage === null || n === MOST_PAGES) return ok(lines);
    page = await client.page(route, nextPage);
  }
}

function lineSeen({ id, body, path, line, original_line, side, diff_hunk: hunk }: Line): LineSeen {
  const at = line ?? original_line ?? null;
  return { id: Number(id), body, path, line: at, side: side === 'LEFT' ? 'LEFT' : 'RIGHT', hunk };
}
