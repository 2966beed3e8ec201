/**
 * Answers reviewers once what they asked for was worked on: a word in each thread, resolved where that is allowed, and a request
 * to look again. A thread whose last word is ours needs none, so that nothing is said twice.
 */
import { z } from 'zod';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { isOurs, markerOf } from '../marker.ts';
import type { At, Changed } from './deps.ts';
import { takenReviews } from './feedback.ts';
import type { ReviewSeen } from './feedback.ts';

const THREADS = `query Threads($id: ID!) { node(id: $id) { ... on PullRequest {
  author { login }
  reviewThreads(first: 100) { nodes {
    id isResolved viewerCanReply viewerCanResolve
    first: comments(first: 1) { nodes { pullRequestReview { databaseId } } }
    last: comments(last: 1) { nodes { body pullRequestReview { databaseId } } }
  } }
} } }`;
const REPLY = `mutation Reply($thread: ID!, $body: String!) {
  addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $thread, body: $body }) { comment { id } }
}`;
const RESOLVE = `mutation Resolve($thread: ID!) { resolveReviewThread(input: { threadId: $thread }) { thread { id } } }`;

const Review = z.object({ databaseId: z.number().nullish() }).nullish();
const Thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  viewerCanReply: z.boolean(),
  viewerCanResolve: z.boolean(),
  first: z.object({ nodes: z.array(z.object({ pullRequestReview: Review }).nullish()).nullish() }),
  last: z.object({
    nodes: z.array(z.object({ body: z.string(), pullRequestReview: Review }).nullish()).nullish(),
  }),
});
type Thread = z.infer<typeof Thread>;
const Threads = z.object({
  node: z
    .object({
      author: z.object({ login: z.string() }).nullish(),
      reviewThreads: z.object({ nodes: z.array(Thread.nullish()).nullish() }),
    })
    .nullish(),
});
const Anything = z.unknown();

export interface AnswerOrder {
  readonly task: Changed;
  /** GraphQL's id of the pull request. */
  readonly nodeId: string;
  readonly reviews: readonly ReviewSeen[];
  readonly workshop: string;
}

export async function answerReviewers(
  at: At,
  order: AnswerOrder,
): Promise<Result<null, GitHubProblem>> {
  const { task, nodeId, reviews } = order;
  const taken = takenReviews(task.feedback);
  if (taken.length === 0) return ok(null);
  const read = await at.client.graphql(THREADS, { id: nodeId }, Threads, { isFresh: true });
  if (!read.ok) return read;
  const { node } = read.value.data;
  for (const thread of node?.reviewThreads.nodes ?? []) {
    if (!thread || thread.isResolved || !isOf(thread, taken)) continue;
    const done = await answerThread(at, thread, order);
    if (!done.ok) return done;
  }
  const asked = reviews.filter(
    ({ id, state }) => taken.includes(id) && state === 'CHANGES_REQUESTED',
  );
  const names = new Set(asked.flatMap(({ author }) => author ?? []));
  names.delete(node?.author?.login ?? '');
  return names.size === 0 ? ok(null) : await askAgain(at, task, [...names]);
}

function isOf({ first, last }: Thread, taken: readonly number[]): boolean {
  const ids = [first, last].flatMap(({ nodes }) => nodes?.[0]?.pullRequestReview?.databaseId ?? []);
  return ids.some((id) => taken.includes(id));
}

async function answerThread(
  { client }: At,
  { id, last, viewerCanReply, viewerCanResolve }: Thread,
  { task, workshop }: AnswerOrder,
): Promise<Result<null, GitHubProblem>> {
  const isAnswered = isOurs(last.nodes?.[0]?.body ?? '');
  if (!isAnswered && viewerCanReply) {
    const { commit, attemptId } = task.change;
    const body = `Worked on in ${commit} (${attemptId}).\n\n${markerOf(task.id, workshop)}`;
    const said = await client.graphql(REPLY, { thread: id, body }, Anything);
    if (!said.ok) return said;
  }
  if (!viewerCanResolve) return ok(null);
  // To resolve it twice is to resolve it once.
  const resolved = await client.graphql(RESOLVE, { thread: id }, Anything, { marker: id });
  return resolved.ok || resolved.error.retryAt === null ? ok(null) : resolved;
}

async function askAgain(
  { client, place }: At,
  task: Changed,
  reviewers: string[],
): Promise<Result<null, GitHubProblem>> {
  const { owner, repo } = place;
  const asked = await client.rest(
    'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
    { owner, repo, pull_number: task.pull?.number ?? 0, reviewers },
    { marker: 'reviewers' },
  );
  // Who left the repository cannot be asked; that keeps nothing up.
  return asked.ok || asked.error.retryAt === null ? ok(null) : asked;
}
