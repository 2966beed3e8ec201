/**
 * What is left to do at GitHub once a task has ended. Of one that was merged the branch goes, and the issue is closed if GitHub
 * did not; the pull request of one that was cancelled is closed, so that nobody merges what nobody wants.
 */
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Git } from '../../git.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { removeBranch } from './branch.ts';
import type { At, Changed } from './deps.ts';
import { holdBack } from './merging.ts';
import { issuePlaceOf, type IssuePlace } from './place.ts';
import type { Sighting } from './sighting.ts';

export interface CleanUpOrder {
  readonly task: Changed;
  readonly mirror: string | undefined;
  /** For git, over https. */
  readonly url: string;
  readonly now: number;
}

/** @param issues where the issue is, and who may ask there; `null`: nobody */
export async function cleanUp(
  issues: At | null,
  { task, mirror, url, now }: CleanUpOrder,
  git: Git,
): Promise<Result<null, GitHubProblem>> {
  const { pull } = task;
  if (pull?.state !== 'merged') return ok(null);
  if (mirror !== undefined && pull.branch.startsWith('koubou/')) {
    const order = { mirror, url, branch: pull.branch, tip: pull.headCommit, now };
    const removed = await removeBranch(order, git);
    // A rule that keeps branches is the repository's own business.
    if (!removed.ok && removed.error.retryAt !== null) return removed;
  }
  const issue = issuePlaceOf(task.origin);
  return issues && issue?.kind === 'issue' ? await closeIssue(issues, issue) : ok(null);
}

/** The branch stays: what was done can be looked at, and taken up again. */
export async function closePull(at: At, sighting: Sighting): Promise<Result<null, GitHubProblem>> {
  const { pull } = sighting;
  if (pull.state !== 'open') return ok(null);
  const held = await holdBack(at, sighting);
  if (!held.ok) return held;
  const { owner, repo } = at.place;
  const closed = await at.client.rest(
    'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
    { owner, repo, pull_number: pull.number, state: 'closed' },
    { marker: 'closed' },
  );
  return closed.ok || closed.error.retryAt === null ? ok(null) : closed;
}

async function closeIssue(
  { client }: At,
  { owner, repo, number }: IssuePlace,
): Promise<Result<null, GitHubProblem>> {
  const place = { owner, repo, issue_number: number };
  const found = await client.rest('GET /repos/{owner}/{repo}/issues/{issue_number}', place, {
    isFresh: true,
  });
  if (!found.ok) return found.error.retryAt === null ? ok(null) : found;
  if (found.value.data.state !== 'open') return ok(null);
  const closed = await client.rest(
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    { ...place, state: 'closed', state_reason: 'completed' },
    { marker: 'closed' },
  );
  return closed.ok || closed.error.retryAt === null ? ok(null) : closed;
}
