/** What is left to do at GitHub once a pull request was merged: its branch goes, and its issue is closed if GitHub did not. */
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Git } from '../../git.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { removeBranch } from './branch.ts';
import type { At, Changed } from './deps.ts';
import { issuePlaceOf, type IssuePlace } from './place.ts';

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
