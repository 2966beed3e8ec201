/** REST: pull requests, their reviews and line comments. */
import { editIssue, isPull, touch } from '../acts/issues.ts';
import { mergeability, mergePull, mergeWaiting, updateBranch } from '../acts/merging.ts';
import {
  addLineComment,
  addReview,
  createPull,
  factsOf,
  replyInThread,
  requestReviewers,
} from '../acts/pulls.ts';
import { invalid, list, notFound, ok } from '../answer.ts';
import { actor, type Call, type Handlers, pullOf } from '../call.ts';
import { git, headOf } from '../git.ts';
import { type Thread } from '../model.ts';
import { userShape } from '../shapes/basic.ts';
import {
  type PullIssue,
  pullShape,
  pullSimpleShape,
  reviewCommentShape,
  reviewShape,
} from '../shapes/pull.ts';
import { userNamed } from '../world.ts';

export const pullHandlers = {
  'pulls/create': async (call) => {
    const { title, head, base, body, draft } = call.body;
    const issue = await createPull(call.context, call.repo, actor(call), {
      title: title ?? '',
      head,
      base,
      body: body ?? null,
      isDraft: draft ?? false,
    });
    return ok(await whole(call, issue), 201);
  },
  'pulls/list': (call) => {
    const { state = 'open', head, base, sort, direction } = call.query;
    const wanted = [...call.repo.issues.values()].filter(isPull).filter(
      ({ state: now, pull, repo }) =>
        (state === 'all' || state === now) &&
        // GitHub leaves a head without its owner unfiltered.
        (!head?.includes(':') ||
          head.toLowerCase() === `${repo.owner.login}:${pull.headRef}`.toLowerCase()) &&
        (base === undefined || base === pull.baseRef),
    );
    const value = (issue: PullIssue) => (sort === 'updated' ? issue.updatedAt : issue.createdAt);
    const sign = (direction ?? (sort ? 'asc' : 'desc')) === 'asc' ? 1 : -1;
    const sorted = wanted.toSorted((a, b) => sign * (value(a) - value(b) || a.number - b.number));
    return list(sorted.map((issue) => pullSimpleShape(call.context.world, issue)));
  },
  'pulls/get': async (call) => {
    const issue = pullOf(call);
    if (!/\.(?:diff|patch)\b/u.test(call.accept)) return ok(await whole(call, issue));
    const { baseCommit, headCommit } = issue.pull;
    return ok(`${await git(issue.repo.dir, 'diff', `${baseCommit}...${headCommit}`)}\n`);
  },
  'pulls/update': async (call) => {
    const issue = pullOf(call);
    const { title, body, state, base } = call.body ?? {};
    if (base !== undefined) {
      if (headOf(call.repo, base) === undefined) {
        throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
      }
      issue.pull.baseRef = base;
      touch(call.context, issue);
    }
    if (state === 'open' && issue.state === 'closed') reopenable(issue);
    editIssue(call.context, issue, actor(call), {
      ...(title !== undefined && { title }),
      ...(body !== undefined && { body }),
      ...(state && { state }),
    });
    return ok(await whole(call, issue));
  },
  'pulls/merge': async (call) => {
    const {
      merge_method: method,
      commit_title: title,
      commit_message: message,
      sha,
    } = call.body ?? {};
    const order = { method, title, message, sha };
    const commit = await mergePull(call.context, pullOf(call), actor(call), order);
    return ok({ sha: commit, merged: true, message: 'Pull Request successfully merged' });
  },
  'pulls/check-if-merged': (call) => {
    if (!pullOf(call).pull.merged) throw notFound();
    return { status: 204 };
  },
  'pulls/update-branch': async (call) => {
    const issue = pullOf(call);
    await updateBranch(call.context, issue, actor(call), call.body?.expected_head_sha);
    const url = `${call.context.world.at.web}/${issue.repo.owner.login}`;
    return ok({ message: 'Updating pull request branch.', url }, 202);
  },
  'pulls/list-files': async (call) => {
    const issue = pullOf(call);
    const url = (name: string) => `${call.context.world.at.web}/raw/${name}`;
    const { files } = await factsOf(issue);
    const shapes = files.map((file) => ({
      sha: issue.pull.headCommit,
      filename: file.name,
      status: file.status,
      additions: file.additions,
      deletions: file.deletions,
      changes: file.additions + file.deletions,
      ...{ blob_url: url(file.name), raw_url: url(file.name), contents_url: url(file.name) },
      patch: file.patch,
    }));
    return list(shapes);
  },
} satisfies Handlers;

export const reviewHandlers = {
  'pulls/list-reviews': (call) => {
    const issue = pullOf(call);
    return list(issue.pull.reviews.map((one) => reviewShape(call.context.world, issue, one)));
  },
  'pulls/create-review': async (call) => {
    const issue = pullOf(call);
    const { event, body, comments } = call.body ?? {};
    const states = {
      APPROVE: 'APPROVED',
      REQUEST_CHANGES: 'CHANGES_REQUESTED',
      COMMENT: 'COMMENTED',
    } as const;
    const review = await addReview(call.context, issue, actor(call), {
      state: states[event ?? 'COMMENT'],
      ...(body !== undefined && { body }),
      comments: (comments ?? []).map(({ path, line, body: text }) => ({
        path,
        body: text,
        ...(line !== undefined && { line }),
      })),
    });
    await mergeWaiting(call.context, call.repo);
    return ok(reviewShape(call.context.world, issue, review));
  },
  'pulls/list-review-comments': (call) => {
    const issue = pullOf(call);
    const { since } = call.query;
    const after = since === undefined ? 0 : Math.floor(Date.parse(since) / 1000) * 1000;
    const all = issue.pull.threads.flatMap((thread) => thread.comments);
    const wanted = all.filter((one) => one.updatedAt >= after).toSorted((a, b) => a.id - b.id);
    return list(wanted.map((one) => reviewCommentShape(call.context.world, issue, one)));
  },
  'pulls/create-review-comment': async (call) => {
    const issue = pullOf(call);
    const { body, path, line, side, in_reply_to: parent } = call.body;
    const comment =
      parent === undefined
        ? await addLineComment(call.context, issue, actor(call), {
            body,
            path,
            ...(line !== undefined && { line }),
            ...(side && { side }),
          })
        : await replyInThread(call.context, issue, threadOf(issue, parent), actor(call), body);
    return ok(reviewCommentShape(call.context.world, issue, comment), 201);
  },
  'pulls/create-reply-for-review-comment': async (call) => {
    const issue = pullOf(call);
    const thread = threadOf(issue, Number(call.params['comment_id']));
    const comment = await replyInThread(call.context, issue, thread, actor(call), call.body.body);
    return ok(reviewCommentShape(call.context.world, issue, comment), 201);
  },
  'pulls/list-requested-reviewers': (call) => {
    const users = pullOf(call).pull.requested.map((user) => userShape(call.context.world, user));
    return ok({ users, teams: [] });
  },
  'pulls/request-reviewers': (call) => {
    const issue = pullOf(call);
    const users = (call.body?.reviewers ?? []).map((login) => userNamed(call.context.world, login));
    if (users.includes(issue.author)) {
      const message = 'Review cannot be requested from pull request author.';
      throw invalid({ resource: 'PullRequest', code: 'custom', message });
    }
    requestReviewers(call.context, issue, users, actor(call));
    return ok(pullSimpleShape(call.context.world, issue), 201);
  },
  'pulls/remove-requested-reviewers': (call) => {
    const issue = pullOf(call);
    const names = new Set(call.body.reviewers);
    issue.pull.requested = issue.pull.requested.filter((user) => !names.has(user.login));
    touch(call.context, issue);
    return ok(pullSimpleShape(call.context.world, issue));
  },
} satisfies Handlers;

async function whole(call: Pick<Call, 'context'>, issue: PullIssue) {
  return pullShape(call.context.world, issue, await mergeability(call.context, issue));
}

function threadOf(issue: PullIssue, commentId: number): Thread {
  const thread = issue.pull.threads.find((one) => one.comments.some(({ id }) => id === commentId));
  if (!thread) throw notFound();
  return thread;
}

/** Throws GitHub's refusal where a pull request cannot be opened again. */
function reopenable(issue: PullIssue): void {
  const custom = (message: string) => invalid({ resource: 'PullRequest', code: 'custom', message });
  if (issue.pull.merged) throw custom('Cannot reopen a merged pull request');
  if (headOf(issue.repo, issue.pull.headRef) === undefined) {
    throw custom(`state cannot be changed. The ${issue.pull.headRef} branch was deleted.`);
  }
}
