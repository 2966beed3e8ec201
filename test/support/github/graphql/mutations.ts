/** What GraphQL can change: merging that waits, drafts, threads of a review, comments. */
import { addComment, editComment, editIssue, isPull, setState } from '../acts/issues.ts';
import {
  disableAutoMerge,
  enableAutoMerge,
  enqueue,
  mergeability,
  mergePull,
} from '../acts/merging.ts';
import { factsOf, replyInThread, resolveThread, setDraft } from '../acts/pulls.ts';
import { Refusal } from '../answer.ts';
import { type Comment, type Issue, type MergeMethod, type Thread, type User } from '../model.ts';
import { type PullIssue } from '../shapes/pull.ts';
import { type Need, readableRepos, refusalOf } from '../sign-in/access.ts';
import { idOfNode } from '../world.ts';
import { type Node, problem } from './connection.ts';
import { commentNode, type Seen } from './nodes.ts';
import { pullNode, queueEntryNode, reviewCommentNode, threadNode } from './pull-nodes.ts';
import { isNamed } from './queries.ts';

type Input = Record<string, string | null | undefined>;

export function mutationRoot(seen: Seen): Node {
  const change =
    (act: (input: Input, by: User) => Promise<Node> | Node) =>
    async ({ input }: { input: Input }) => {
      if (seen.caller.kind === 'nobody') throw problem('FORBIDDEN', 'Requires authentication');
      try {
        const result = await act(input, seen.caller.user);
        return { clientMutationId: input['clientMutationId'] ?? null, ...result };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { message } = error.answer.body as { message: string };
        throw problem(error.answer.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE', message);
      }
    };
  const fields = { ...mergingFields(seen), ...threadFields(seen), ...textFields(seen) };
  return Object.fromEntries(Object.entries(fields).map(([name, act]) => [name, change(act)]));
}

type Act = (input: Input, by: User) => Promise<Node> | Node;

function mergingFields(seen: Seen): Record<string, Act> {
  const { context } = seen;
  const shown = (issue: PullIssue) => ({ pullRequest: pullNode(seen, issue) });
  return {
    mergePullRequest: async (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'contents');
      await mergePull(context, issue, by, {
        method: methodOf(input),
        title: input['commitHeadline'] ?? undefined,
        message: input['commitBody'] ?? undefined,
        sha: input['expectedHeadOid'] ?? undefined,
      });
      return shown(issue);
    },
    enablePullRequestAutoMerge: async (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'contents');
      if (!issue.repo.allows.autoMerge) {
        throw problem(
          'UNPROCESSABLE',
          'Pull request Auto merge is not allowed for this repository',
        );
      }
      const { state } = await mergeability(context, issue);
      if (issue.state !== 'open' || ['clean', 'unstable'].includes(state)) {
        const status = issue.state === 'open' ? state : 'closed';
        throw problem('UNPROCESSABLE', `Pull request Pull request is in ${status} status`);
      }
      await enableAutoMerge(context, issue, {
        by,
        method: methodOf(input),
        title: input['commitHeadline'] ?? null,
        message: input['commitBody'] ?? null,
      });
      return shown(issue);
    },
    disablePullRequestAutoMerge: (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'contents');
      disableAutoMerge(context, issue, by);
      return shown(issue);
    },
    enqueuePullRequest: async (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'contents');
      if (!issue.repo.hasMergeQueue) {
        throw problem('UNPROCESSABLE', 'A merge queue is not enabled on the base branch.');
      }
      await factsOf(issue);
      const expected = input['expectedHeadOid'] ?? issue.pull.headCommit;
      if (expected !== issue.pull.headCommit) {
        throw problem(
          'UNPROCESSABLE',
          'Expected head oid does not match the head of the pull request.',
        );
      }
      const before = issue.pull.queuedAt;
      if (before !== null)
        throw problem('UNPROCESSABLE', 'The pull request is already in the queue.');
      await enqueue(context, issue, by);
      return { mergeQueueEntry: queueEntryNode(seen, issue) };
    },
    dequeuePullRequest: (input) => {
      const issue = pullById(seen, input['id'], 'contents');
      const entry = queueEntryNode(seen, issue);
      issue.pull.queuedAt = null;
      return { mergeQueueEntry: entry };
    },
    markPullRequestReadyForReview: (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'pull_requests');
      setDraft(context, issue, false, by);
      return shown(issue);
    },
    convertPullRequestToDraft: (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'pull_requests');
      setDraft(context, issue, true, by);
      return shown(issue);
    },
  };
}

function threadFields(seen: Seen): Record<string, Act> {
  return {
    resolveReviewThread: (input, by) => {
      const { issue, thread } = threadById(seen, input['threadId']);
      resolveThread(seen.context, issue, thread, by);
      return { thread: threadNode(seen, issue, thread) };
    },
    unresolveReviewThread: (input) => {
      const { issue, thread } = threadById(seen, input['threadId']);
      thread.resolvedBy = null;
      return { thread: threadNode(seen, issue, thread) };
    },
    addPullRequestReviewThreadReply: async (input, by) => {
      const { issue, thread } = threadById(seen, input['pullRequestReviewThreadId']);
      const made = await replyInThread(seen.context, issue, thread, by, input['body'] ?? '');
      return { comment: reviewCommentNode(seen, issue, made) };
    },
  };
}

function textFields(seen: Seen): Record<string, Act> {
  const { context } = seen;
  return {
    addComment: (input, by) => {
      const issue = issueById(seen, input['subjectId'], 'issues');
      const comment = addComment(context, issue, by, input['body'] ?? '');
      const node = commentNode(seen, comment);
      return { commentEdge: { cursor: '', node }, subject: seen.thing(issue) };
    },
    updateIssueComment: (input, by) => {
      const comment = commentById(seen, input['id']);
      editComment(context, comment, by, input['body'] ?? '');
      return { issueComment: commentNode(seen, comment) };
    },
    updatePullRequest: (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'pull_requests');
      const { title, body } = input;
      editIssue(context, issue, by, { ...(title && { title }), ...(body && { body }) });
      return { pullRequest: pullNode(seen, issue) };
    },
    closePullRequest: (input, by) => {
      const issue = pullById(seen, input['pullRequestId'], 'pull_requests');
      setState(context, issue, 'closed', by);
      return { pullRequest: pullNode(seen, issue) };
    },
  };
}

function methodOf(input: Input): MergeMethod {
  const method = input['mergeMethod']?.toLowerCase();
  return method === 'squash' || method === 'rebase' ? method : 'merge';
}

function* issuesOf(seen: Seen): Generator<Issue> {
  for (const repo of readableRepos(seen.context.world, seen.caller)) yield* repo.issues.values();
}

function issueById(seen: Seen, id: string | null | undefined, permission: string): Issue {
  const issue = [...issuesOf(seen)].find((one) => isNamed(one, id ?? ''));
  if (!issue) throw unknown(id);
  allow(seen, issue, permission);
  return issue;
}

function pullById(seen: Seen, id: string | null | undefined, permission: string): PullIssue {
  const issue = issueById(seen, id, permission);
  if (!isPull(issue)) throw unknown(id);
  return issue;
}

function threadById(
  seen: Seen,
  id: string | null | undefined,
): { issue: PullIssue; thread: Thread } {
  for (const issue of [...issuesOf(seen)].filter(isPull)) {
    const thread = issue.pull.threads.find((one) => one.id === idOfNode(id ?? ''));
    if (!thread) continue;
    allow(seen, issue, 'pull_requests');
    return { issue, thread };
  }
  throw unknown(id);
}

function commentById(seen: Seen, id: string | null | undefined): Comment {
  for (const issue of issuesOf(seen)) {
    const comment = issue.comments.find((one) => one.id === idOfNode(id ?? ''));
    if (!comment) continue;
    allow(seen, issue, 'issues');
    return comment;
  }
  throw unknown(id);
}

function allow(seen: Seen, issue: Issue, permission: string): void {
  const need: Need = { permission, level: 'write' };
  const refused = refusalOf(seen.caller, issue.repo, need, issue.pull !== null);
  if (refused) throw refused;
}

function unknown(id: string | null | undefined): Error {
  return problem('NOT_FOUND', `Could not resolve to a node with the global id of '${id ?? ''}'.`);
}
