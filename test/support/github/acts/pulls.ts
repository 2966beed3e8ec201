/** Pull requests opened, edited and reviewed; merging is in merging.ts. */
import { invalid } from '../answer.ts';
import { type Context } from '../context.ts';
import { compare, headOf } from '../git.ts';
import {
  type PullFacts,
  type Repo,
  type Review,
  type ReviewComment,
  type Thread,
  type User,
} from '../model.ts';
import {
  type PullIssue,
  pullSimpleShape,
  reviewCommentShape,
  reviewShape,
} from '../shapes/pull.ts';
import { userShape } from '../shapes/basic.ts';
import { addIssue, tellIssue, touch } from './issues.ts';
import { openPulls } from './pushes.ts';

export interface NewPull {
  title: string;
  body?: string | null;
  /** A branch of the same repository; `owner:branch` is taken too. */
  head: string;
  base: string;
  isDraft?: boolean;
}

/** Throws GitHub's own refusals: no such branch, a pull request that is there already, nothing to merge. */
export async function createPull(
  context: Context,
  repo: Repo,
  author: User,
  given: NewPull,
): Promise<PullIssue> {
  const head = given.head.replace(/^[^:]+:/u, '');
  const headCommit = headOf(repo, head);
  const baseCommit = headOf(repo, given.base);
  const wrong = (field: string) => invalid({ resource: 'PullRequest', field, code: 'invalid' });
  const custom = (message: string) => invalid({ resource: 'PullRequest', code: 'custom', message });
  if (headCommit === undefined) throw wrong('head');
  if (baseCommit === undefined) throw wrong('base');
  const twin = openPulls(repo).find(
    ({ pull }) => pull.headRef === head && pull.baseRef === given.base,
  );
  if (twin) throw custom(`A pull request already exists for ${repo.owner.login}:${head}.`);
  const facts = await compare(repo.dir, baseCommit, headCommit);
  if (facts.commits === 0) throw custom(`No commits between ${given.base} and ${head}`);
  const issue = addIssue(context, repo, author, given);
  const pull = {
    id: context.world.nextId(),
    headRef: head,
    headCommit,
    baseRef: given.base,
    baseCommit,
    isDraft: given.isDraft ?? false,
    merged: null,
    reviews: [],
    threads: [],
    requested: [],
    autoMerge: null,
    queuedAt: null,
    facts: null,
  };
  const made = Object.assign(issue, { pull });
  tellIssue(context, made, 'opened', author);
  return made;
}

/** Asks git about a pull request's commits, unless it did so already. Only open ones are asked about anew. */
export async function factsOf(issue: PullIssue): Promise<PullFacts> {
  const { pull, repo } = issue;
  if (issue.state === 'open') {
    pull.headCommit = headOf(repo, pull.headRef) ?? pull.headCommit;
    pull.baseCommit = headOf(repo, pull.baseRef) ?? pull.baseCommit;
  }
  const key = `${pull.baseCommit} ${pull.headCommit}`;
  if (pull.facts?.for === key) return pull.facts;
  if (issue.state !== 'open' && pull.facts) return pull.facts;
  pull.facts = { ...(await compare(repo.dir, pull.baseCommit, pull.headCommit)), for: key };
  return pull.facts;
}

export function setDraft(context: Context, issue: PullIssue, isDraft: boolean, by: User): void {
  if (issue.pull.isDraft === isDraft) return;
  issue.pull.isDraft = isDraft;
  touch(context, issue);
  tellIssue(context, issue, isDraft ? 'converted_to_draft' : 'ready_for_review', by);
}

export function requestReviewers(
  context: Context,
  issue: PullIssue,
  users: User[],
  by: User,
): void {
  for (const user of users) {
    if (issue.pull.requested.includes(user)) continue;
    issue.pull.requested.push(user);
    touch(context, issue);
    const requested_reviewer = userShape(context.world, user);
    tellIssue(context, issue, 'review_requested', by, { requested_reviewer });
  }
}

export interface NewReview {
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  body?: string;
  comments?: { path: string; line?: number; side?: 'LEFT' | 'RIGHT'; body: string }[];
}

export async function addReview(
  context: Context,
  issue: PullIssue,
  author: User,
  given: NewReview,
): Promise<Review> {
  if (given.state !== 'COMMENTED' && author.id === issue.author.id) {
    const verb = given.state === 'APPROVED' ? 'approve' : 'request changes on';
    throw invalid({
      resource: 'PullRequestReview',
      code: 'custom',
      message: `Can not ${verb} your own pull request`,
    });
  }
  const { world } = context;
  const review: Review = {
    id: world.nextId(),
    author,
    state: given.state,
    body: given.body ?? '',
    commit: issue.pull.headCommit,
    submittedAt: world.now(),
  };
  issue.pull.reviews.push(review);
  issue.pull.requested = issue.pull.requested.filter((user) => user !== author);
  touch(context, issue);
  tellReview(context, issue, review, 'submitted', author);
  for (const comment of given.comments ?? []) {
    await addLineComment(context, issue, author, { ...comment, reviewId: review.id });
  }
  return review;
}

export interface NewLineComment {
  path: string;
  line?: number;
  side?: 'LEFT' | 'RIGHT';
  body: string;
  /** Missing: a review of its own is made, as GitHub does for a single comment. */
  reviewId?: number;
}

/** Opens a thread at a line. */
export async function addLineComment(
  context: Context,
  issue: PullIssue,
  author: User,
  given: NewLineComment,
): Promise<ReviewComment> {
  const facts = await factsOf(issue);
  const file = facts.files.find((one) => one.name === given.path);
  if (!file) {
    throw invalid({ resource: 'PullRequestReviewComment', field: 'path', code: 'invalid' });
  }
  const reviewId =
    given.reviewId ?? (await addReview(context, issue, author, { state: 'COMMENTED' })).id;
  const thread: Thread = {
    id: context.world.nextId(),
    path: given.path,
    line: given.line ?? null,
    side: given.side ?? 'RIGHT',
    resolvedBy: null,
    comments: [],
  };
  issue.pull.threads.push(thread);
  return addToThread(context, issue, thread, author, {
    body: given.body,
    reviewId,
    hunk: file.patch,
  });
}

/** Answers in a thread. */
export async function replyInThread(
  context: Context,
  issue: PullIssue,
  thread: Thread,
  author: User,
  body: string,
): Promise<ReviewComment> {
  const review = await addReview(context, issue, author, { state: 'COMMENTED' });
  const hunk = thread.comments[0]?.diffHunk ?? '';
  return addToThread(context, issue, thread, author, { body, reviewId: review.id, hunk });
}

function addToThread(
  context: Context,
  issue: PullIssue,
  thread: Thread,
  author: User,
  given: { body: string; reviewId: number; hunk: string },
): ReviewComment {
  const now = context.world.now();
  const comment: ReviewComment = {
    id: context.world.nextId(),
    thread,
    reviewId: given.reviewId,
    author,
    body: given.body,
    commit: issue.pull.headCommit,
    diffHunk: given.hunk,
    createdAt: now,
    updatedAt: now,
  };
  thread.comments.push(comment);
  touch(context, issue);
  const payload = {
    comment: reviewCommentShape(context.world, issue, comment),
    pull_request: pullSimpleShape(context.world, issue),
  };
  const about = { repo: issue.repo, sender: author, payload };
  context.hooks.emit('pull_request_review_comment', 'created', about);
  return comment;
}

export function resolveThread(context: Context, issue: PullIssue, thread: Thread, by: User): void {
  thread.resolvedBy = by;
  touch(context, issue);
}

export function tellReview(
  context: Context,
  issue: PullIssue,
  review: Review,
  action: string,
  sender: User,
): void {
  const shape = reviewShape(context.world, issue, review);
  const payload = {
    // Hooks say the state in small letters, REST in capitals.
    review: { ...shape, state: review.state.toLowerCase() },
    pull_request: pullSimpleShape(context.world, issue),
  };
  context.hooks.emit('pull_request_review', action, { repo: issue.repo, sender, payload });
}
