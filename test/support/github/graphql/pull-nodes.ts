/** Pull requests, reviews, threads and checks as GitHub's GraphQL answers show them. */
import { isPull } from '../acts/issues.ts';
import { latestVerdicts, mergeability } from '../acts/merging.ts';
import { factsOf } from '../acts/pulls.ts';
import { closedByText, openPulls } from '../acts/pushes.ts';
import { type Caller, type Context } from '../context.ts';
import { tryGit } from '../git.ts';
import { type Review, type ReviewComment, type Thread } from '../model.ts';
import { association, issueWebUrl } from '../shapes/basic.ts';
import { type PullIssue } from '../shapes/pull.ts';
import { isoTime, nodeId } from '../world.ts';
import { rollupNode } from './check-nodes.ts';
import { connection, type Node, type PageArguments } from './connection.ts';
import { actorNode, issueNode, refNode, repoNode, type Seen, sharedNode } from './nodes.ts';

/** How one caller sees this GitHub. */
export function seenBy(context: Context, caller: Caller): Seen {
  const seen: Seen = {
    context,
    caller,
    thing: (issue) => (isPull(issue) ? pullNode(seen, issue) : issueNode(seen, issue)),
  };
  return seen;
}

export function pullNode(seen: Seen, issue: PullIssue): Node {
  const { pull, repo } = issue;
  const can = () => mergeability(seen.context, issue);
  const sum = async (of: 'additions' | 'deletions') =>
    (await factsOf(issue)).files.reduce((all, file) => all + file[of], 0);
  const url = issueWebUrl(seen.context.world, issue);
  return {
    __typename: 'PullRequest',
    ...sharedNode(seen, issue),
    id: nodeId('pull', pull.id),
    databaseId: pull.id,
    fullDatabaseId: pull.id,
    permalink: url,
    state: pull.merged ? 'MERGED' : issue.state.toUpperCase(),
    isDraft: pull.isDraft,
    isCrossRepository: false,
    maintainerCanModify: false,
    headRefName: pull.headRef,
    headRefOid: pull.headCommit,
    headRef: () => refNode(repo, pull.headRef),
    headRepository: () => repoNode(seen, repo),
    headRepositoryOwner: () => actorNode(seen, repo.owner),
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseCommit,
    baseRef: () => refNode(repo, pull.baseRef),
    baseRepository: () => repoNode(seen, repo),
    merged: pull.merged !== null,
    mergedAt: pull.merged && isoTime(pull.merged.at),
    mergedBy: pull.merged && actorNode(seen, pull.merged.by),
    mergeCommit: pull.merged && {
      __typename: 'Commit',
      id: `C_${pull.merged.commit}`,
      oid: pull.merged.commit,
    },
    mergeable: async () => {
      const { mergeable } = await can();
      return mergeable === null ? 'UNKNOWN' : mergeable ? 'MERGEABLE' : 'CONFLICTING';
    },
    mergeStateStatus: async () => (await can()).state.toUpperCase(),
    reviewDecision: () => decisionOf(issue),
    additions: () => sum('additions'),
    deletions: () => sum('deletions'),
    changedFiles: async () => (await factsOf(issue)).files.length,
    autoMergeRequest: pull.autoMerge && {
      enabledAt: isoTime(pull.autoMerge.at),
      enabledBy: actorNode(seen, pull.autoMerge.by),
      mergeMethod: pull.autoMerge.method.toUpperCase(),
      commitHeadline: pull.autoMerge.title,
      commitBody: pull.autoMerge.message,
    },
    isInMergeQueue: pull.queuedAt !== null,
    isMergeQueueEnabled: repo.hasMergeQueue,
    mergeQueueEntry: () => queueEntryNode(seen, issue),
    totalCommentsCount: issue.comments.length,
    statusCheckRollup: () => rollupNode(seen, repo, pull.headCommit),
    ...pullLists(seen, issue),
  };
}

function pullLists(seen: Seen, issue: PullIssue): Node {
  const { pull, repo } = issue;
  const reviews = (name: string) => (page: PageArguments & { states?: string[] | null }) => {
    const wanted = pull.reviews.filter(({ state }) => !page.states || page.states.includes(state));
    return connection(name, wanted, page, (review) => reviewNode(seen, issue, review));
  };
  return {
    reviews: reviews('reviews'),
    latestReviews: (page: PageArguments) => {
      const last = new Map(pull.reviews.map((review) => [review.author.id, review]));
      return connection('latestReviews', [...last.values()], page, (one) =>
        reviewNode(seen, issue, one),
      );
    },
    reviewThreads: (page: PageArguments) =>
      connection('reviewThreads', pull.threads, page, (thread) => threadNode(seen, issue, thread)),
    reviewRequests: (page: PageArguments) =>
      connection('reviewRequests', pull.requested, page, (user) => ({
        id: nodeId('user', user.id),
        asCodeOwner: false,
        requestedReviewer: actorNode(seen, user),
      })),
    closingIssuesReferences: (page: PageArguments) => {
      const numbers = closedByText(repo, issue.body ?? '');
      const closing = numbers.flatMap((number) => repo.issues.get(number) ?? []);
      return connection('closingIssuesReferences', closing, page, (one) => issueNode(seen, one));
    },
    files: async (page: PageArguments) =>
      connection('files', (await factsOf(issue)).files, page, (file) => ({
        path: file.name,
        additions: file.additions,
        deletions: file.deletions,
        changeType: { added: 'ADDED', removed: 'DELETED' }[file.status] ?? 'MODIFIED',
      })),
    commits: async (page: PageArguments) =>
      connection('commits', await commitsOf(issue), page, (oid) => ({
        id: `PRC_${oid}`,
        commit: {
          __typename: 'Commit',
          id: `C_${oid}`,
          oid,
          abbreviatedOid: oid.slice(0, 7),
          statusCheckRollup: () => rollupNode(seen, repo, oid),
        },
      })),
  };
}

/** What the head has and the base had not, oldest first. */
async function commitsOf({ pull, repo }: PullIssue): Promise<string[]> {
  const { code, stdout } = await tryGit(
    repo.dir,
    ...['rev-list', '--reverse', pull.headCommit, `^${pull.baseCommit}`],
  );
  const commits = code === 0 ? stdout.split('\n').filter(Boolean) : [];
  return commits.includes(pull.headCommit) ? commits : [...commits, pull.headCommit];
}

function decisionOf(issue: PullIssue): string | null {
  const verdicts = latestVerdicts(issue);
  const needed = issue.repo.protections.get(issue.pull.baseRef)?.approvals ?? 0;
  if (verdicts.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = verdicts.filter((state) => state === 'APPROVED').length;
  if (approvals > 0 && approvals >= needed) return 'APPROVED';
  return needed > 0 ? 'REVIEW_REQUIRED' : null;
}

export function queueEntryNode(seen: Seen, issue: PullIssue): Node | null {
  const { pull } = issue;
  if (pull.queuedAt === null) return null;
  const before = openPulls(issue.repo).filter(
    (one) => one.pull.queuedAt !== null && one.pull.queuedAt < (pull.queuedAt ?? 0),
  );
  return {
    __typename: 'MergeQueueEntry',
    id: nodeId('queueEntry', pull.id),
    enqueuedAt: isoTime(pull.queuedAt),
    enqueuer: () => actorNode(seen, issue.author),
    position: before.length + 1,
    state: 'AWAITING_CHECKS',
    jump: false,
    solo: false,
    estimatedTimeToMerge: null,
    pullRequest: () => pullNode(seen, issue),
  };
}

function reviewNode(seen: Seen, issue: PullIssue, review: Review): Node {
  const comments = issue.pull.threads
    .flatMap((thread) => thread.comments)
    .filter(({ reviewId }) => reviewId === review.id);
  return {
    __typename: 'PullRequestReview',
    id: nodeId('review', review.id),
    databaseId: review.id,
    fullDatabaseId: review.id,
    author: () => actorNode(seen, review.author),
    authorAssociation: association(issue.repo, review.author),
    state: review.state,
    body: review.body,
    bodyText: review.body,
    createdAt: isoTime(review.submittedAt),
    updatedAt: isoTime(review.submittedAt),
    submittedAt: isoTime(review.submittedAt),
    commit: { __typename: 'Commit', id: `C_${review.commit}`, oid: review.commit },
    url: `${issueWebUrl(seen.context.world, issue)}#pullrequestreview-${String(review.id)}`,
    pullRequest: () => pullNode(seen, issue),
    comments: (page: PageArguments) =>
      connection('comments', comments, page, (one) => reviewCommentNode(seen, issue, one)),
  };
}

export function threadNode(seen: Seen, issue: PullIssue, thread: Thread): Node {
  return {
    __typename: 'PullRequestReviewThread',
    id: nodeId('thread', thread.id),
    path: thread.path,
    line: thread.line,
    originalLine: thread.line,
    startLine: null,
    originalStartLine: null,
    diffSide: thread.side,
    startDiffSide: null,
    subjectType: thread.line === null ? 'FILE' : 'LINE',
    isResolved: thread.resolvedBy !== null,
    isCollapsed: thread.resolvedBy !== null,
    isOutdated: thread.comments[0]?.commit !== issue.pull.headCommit,
    resolvedBy: thread.resolvedBy && actorNode(seen, thread.resolvedBy),
    viewerCanReply: true,
    viewerCanResolve: thread.resolvedBy === null,
    viewerCanUnresolve: thread.resolvedBy !== null,
    pullRequest: () => pullNode(seen, issue),
    repository: () => repoNode(seen, issue.repo),
    comments: (page: PageArguments) =>
      connection('comments', thread.comments, page, (one) => reviewCommentNode(seen, issue, one)),
  };
}

export function reviewCommentNode(seen: Seen, issue: PullIssue, comment: ReviewComment): Node {
  const { thread } = comment;
  const [first] = thread.comments;
  const review = issue.pull.reviews.find(({ id }) => id === comment.reviewId);
  return {
    __typename: 'PullRequestReviewComment',
    id: nodeId('reviewComment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: comment.id,
    author: () => actorNode(seen, comment.author),
    authorAssociation: association(issue.repo, comment.author),
    body: comment.body,
    bodyText: comment.body,
    path: thread.path,
    line: thread.line,
    originalLine: thread.line,
    diffHunk: comment.diffHunk,
    outdated: comment.commit !== issue.pull.headCommit,
    isMinimized: false,
    createdAt: isoTime(comment.createdAt),
    updatedAt: isoTime(comment.updatedAt),
    url: `${issueWebUrl(seen.context.world, issue)}#discussion_r${String(comment.id)}`,
    commit: { __typename: 'Commit', id: `C_${comment.commit}`, oid: comment.commit },
    replyTo: () => (first && first !== comment ? reviewCommentNode(seen, issue, first) : null),
    pullRequest: () => pullNode(seen, issue),
    pullRequestReview: () => review && reviewNode(seen, issue, review),
  };
}
