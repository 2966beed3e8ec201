/** Pull requests, reviews and line comments as GitHub's REST answers and webhooks show them. */
import { headOf } from '../git.ts';
import { type Issue, type Pull, type Review, type ReviewComment } from '../model.ts';
import { isoTime, nodeId, type World } from '../world.ts';
import {
  association,
  commonFields,
  issueWebUrl,
  reactions,
  repoApiUrl,
  repoShape,
  type Shape,
  userShape,
} from './basic.ts';

/** An issue that is a pull request too. */
export type PullIssue = Issue & { pull: Pull };

/** What the pages of pull requests can say only after git was asked. */
export interface Mergeability {
  /** Null while GitHub has not worked it out. */
  mergeable: boolean | null;
  /** GitHub's words: `clean`, `dirty`, `blocked`, `behind`, `unstable`, `draft`, `unknown`. */
  state: string;
}

export function pullApiUrl(world: World, issue: Issue): string {
  return `${repoApiUrl(world, issue.repo)}/pulls/${String(issue.number)}`;
}

/** As in lists. */
export function pullSimpleShape(world: World, issue: PullIssue): Shape {
  const { pull, repo } = issue;
  const url = pullApiUrl(world, issue);
  const issueUrl = `${repoApiUrl(world, repo)}/issues/${String(issue.number)}`;
  const web = issueWebUrl(world, issue);
  const links = {
    self: url,
    html: web,
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${repoApiUrl(world, repo)}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${repoApiUrl(world, repo)}/statuses/${pull.headCommit}`,
  };
  return {
    url,
    id: pull.id,
    node_id: nodeId('pull', pull.id),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: issueUrl,
    commits_url: links.commits,
    comments_url: links.comments,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    statuses_url: links.statuses,
    number: issue.number,
    ...commonFields(world, issue),
    merged_at: pull.merged && isoTime(pull.merged.at),
    merge_commit_sha: pull.merged?.commit ?? null,
    requested_reviewers: pull.requested.map((user) => userShape(world, user)),
    requested_teams: [],
    head: side(world, issue, pull.headRef, pull.headCommit),
    base: side(world, issue, pull.baseRef, pull.baseCommit),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    auto_merge: pull.autoMerge && {
      enabled_by: userShape(world, pull.autoMerge.by),
      merge_method: pull.autoMerge.method,
      commit_title: pull.autoMerge.title,
      commit_message: pull.autoMerge.message,
    },
    draft: pull.isDraft,
  };
}

/** As a pull request itself is answered. */
export function pullShape(world: World, issue: PullIssue, can: Mergeability): Shape {
  const { pull } = issue;
  const files = pull.facts?.files ?? [];
  const sum = (of: 'additions' | 'deletions') => files.reduce((all, file) => all + file[of], 0);
  return {
    ...pullSimpleShape(world, issue),
    merged: pull.merged !== null,
    mergeable: issue.state === 'open' ? can.mergeable : null,
    rebaseable: issue.state === 'open' ? can.mergeable : null,
    mergeable_state: can.state,
    merged_by: pull.merged && userShape(world, pull.merged.by),
    comments: issue.comments.length,
    review_comments: pull.threads.reduce((all, thread) => all + thread.comments.length, 0),
    maintainer_can_modify: false,
    commits: pull.facts?.commits ?? 0,
    additions: sum('additions'),
    deletions: sum('deletions'),
    changed_files: files.length,
  };
}

function side(world: World, issue: PullIssue, ref: string, kept: string): Shape {
  const { repo } = issue;
  // Once merged or closed, a pull request keeps the commits it had.
  const commit = issue.state === 'open' ? (headOf(repo, ref) ?? kept) : kept;
  return {
    label: `${repo.owner.login}:${ref}`,
    ref,
    sha: commit,
    user: userShape(world, repo.owner),
    repo: {
      ...repoShape(world, repo),
      allow_merge_commit: repo.allows.merge,
      allow_squash_merge: repo.allows.squash,
      allow_rebase_merge: repo.allows.rebase,
      allow_auto_merge: repo.allows.autoMerge,
      delete_branch_on_merge: repo.deletesMergedBranches,
    },
  };
}

export function reviewShape(world: World, issue: PullIssue, review: Review): Shape {
  const url = pullApiUrl(world, issue);
  const web = `${issueWebUrl(world, issue)}#pullrequestreview-${String(review.id)}`;
  return {
    id: review.id,
    node_id: nodeId('review', review.id),
    user: userShape(world, review.author),
    body: review.body,
    state: review.state,
    html_url: web,
    pull_request_url: url,
    author_association: association(issue.repo, review.author),
    _links: { html: { href: web }, pull_request: { href: url } },
    submitted_at: isoTime(review.submittedAt),
    commit_id: review.commit,
  };
}

export function reviewCommentShape(world: World, issue: PullIssue, comment: ReviewComment): Shape {
  const url = `${repoApiUrl(world, issue.repo)}/pulls/comments/${String(comment.id)}`;
  const pullUrl = pullApiUrl(world, issue);
  const web = `${issueWebUrl(world, issue)}#discussion_r${String(comment.id)}`;
  const { thread } = comment;
  const [first] = thread.comments;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('reviewComment', comment.id),
    diff_hunk: comment.diffHunk,
    path: thread.path,
    commit_id: issue.pull.headCommit,
    original_commit_id: comment.commit,
    user: userShape(world, comment.author),
    body: comment.body,
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    html_url: web,
    pull_request_url: pullUrl,
    author_association: association(issue.repo, comment.author),
    _links: { self: { href: url }, html: { href: web }, pull_request: { href: pullUrl } },
    reactions: reactions(url),
    start_line: null,
    original_start_line: null,
    start_side: null,
    ...(thread.line !== null && { line: thread.line, original_line: thread.line }),
    side: thread.side,
    ...{ position: thread.line ?? 1, original_position: thread.line ?? 1 },
    subject_type: thread.line === null ? 'file' : 'line',
    ...(first && first !== comment && { in_reply_to_id: first.id }),
  };
}

/** A pull request as check runs and suites name it. */
export function pullReference(world: World, issue: PullIssue): Shape {
  const { pull, repo } = issue;
  const named = { id: repo.id, url: repoApiUrl(world, repo), name: repo.name };
  return {
    id: pull.id,
    number: issue.number,
    url: pullApiUrl(world, issue),
    head: { ref: pull.headRef, sha: pull.headCommit, repo: named },
    base: { ref: pull.baseRef, sha: pull.baseCommit, repo: named },
  };
}
