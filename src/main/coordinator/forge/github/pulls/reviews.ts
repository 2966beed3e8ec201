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

type Line =
  RouteData<'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments'>[number];

/** @param known reviews that were read before, and ask for nothing or were taken */
export async function openReview(
  at: At,
  task: Changed,
  reviews: readonly ReviewSeen[],
  known: readonly number[],
): Promise<Result<ReviewAnswer, GitHubProblem>> {
  const idle: number[] = [];
  for (const review of reviews) {
    if (known.includes(review.id) || !mayAsk(review) || wasTaken(task, review)) continue;
    const lines = await linesOf(at, task.pull?.number ?? 0, review.id);
    if (!lines.ok) return lines;
    const sent = sendBackOf(review, lines.value);
    if (sent) return ok({ taken: { ...sent, review }, idle });
    idle.push(review.id);
  }
  return ok({ taken: null, idle });
}

async function linesOf(
  { client, place }: At,
  pull_number: number,
  review_id: number,
): Promise<Result<LineSeen[], GitHubProblem>> {
  const { owner, repo } = place;
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments';
  const listed = await client.rest(route, { owner, repo, pull_number, review_id, per_page: 100 });
  return listed.ok ? ok(listed.value.data.map(lineSeen)) : listed;
}

function lineSeen({ id, body, path, line, original_line, side, diff_hunk: hunk }: Line): LineSeen {
  const at = line ?? original_line ?? null;
  return { id: Number(id), body, path, line: at, side: side === 'LEFT' ? 'LEFT' : 'RIGHT', hunk };
}
