/** Carries out one step towards the merge of a pull request. Each is safe to be done twice: it names the head it is about. */
import { z } from 'zod';
import type { MergeRefusal } from '../../../../../shared/domain/task.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubProblem } from '../api/problem.ts';
import type { At } from './deps.ts';
import type { Step } from './next-step.ts';
import type { RepoRules } from './repo-rules.ts';
import type { MergeMethod } from './settings.ts';
import type { Sighting } from './sighting.ts';

export type Stepped =
  /** It stands otherwise now: look again. */
  | { readonly kind: 'again' }
  | { readonly kind: 'waits' }
  | { readonly kind: 'refused'; readonly code: MergeRefusal; readonly message: string };

type MergeStep = Extract<
  Step,
  { kind: 'update_branch' | 'mark_ready' | 'merge' | 'enqueue' | 'enable_auto' }
>;

const AGAIN: Stepped = { kind: 'again' };
const WAITS: Stepped = { kind: 'waits' };
const Anything = z.unknown();

const READY = `mutation Ready($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { id } }
}`;
const ENABLE = `mutation EnableAutoMerge($id: ID!, $method: PullRequestMergeMethod!, $head: GitObjectID!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: $method, expectedHeadOid: $head }) { pullRequest { id } }
}`;
const DISABLE = `mutation DisableAutoMerge($id: ID!) {
  disablePullRequestAutoMerge(input: { pullRequestId: $id }) { pullRequest { id } }
}`;
const ENQUEUE = `mutation Enqueue($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { id } }
}`;
const DEQUEUE = `mutation Dequeue($id: ID!) { dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { id } } }`;

export async function carryOut(
  at: At,
  step: MergeStep,
  { pull, nodeId: id }: Sighting,
  { method }: Pick<RepoRules, 'method'>,
): Promise<Result<Stepped, GitHubProblem>> {
  const head = pull.headCommit;
  switch (step.kind) {
    case 'update_branch':
      return await updateBranch(at, pull.number, head);
    case 'mark_ready':
      return await mutate(at, READY, { id }, AGAIN);
    case 'enqueue':
      return await mutate(at, ENQUEUE, { id, head }, AGAIN);
    case 'enable_auto': {
      const enabled = await mutate(at, ENABLE, { id, head, method: method.toUpperCase() }, AGAIN);
      // It can be merged at once, or was changed at that moment: the next look tells.
      const isOtherwise =
        !enabled.ok && /clean status|unstable status/i.test(enabled.error.said ?? '');
      return isOtherwise ? await mergeNow(at, pull.number, head, method) : enabled;
    }
    case 'merge':
      return await mergeNow(at, pull.number, head, method);
  }
}

/** Whatever merges it by itself does so no more. */
export async function holdBack(
  at: At,
  { pull, nodeId: id, isQueued }: Sighting,
): Promise<Result<Stepped, GitHubProblem>> {
  if (!pull.autoMerge) return ok(WAITS);
  return await mutate(at, isQueued ? DEQUEUE : DISABLE, { id }, WAITS);
}

async function mutate(
  { client }: At,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  done: Stepped,
): Promise<Result<Stepped, GitHubProblem>> {
  const made = await client.graphql(query, variables, Anything, {
    isUrgent: true,
    marker: 'state',
  });
  return made.ok ? ok(done) : made;
}

async function updateBranch(
  { client, place }: At,
  pull_number: number,
  expected_head_sha: string,
): Promise<Result<Stepped, GitHubProblem>> {
  const { owner, repo } = place;
  const updated = await client.rest(
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch',
    { owner, repo, pull_number, expected_head_sha },
    { isUrgent: true, marker: expected_head_sha },
  );
  if (updated.ok) return ok(WAITS);
  // Somebody was quicker.
  const isMoved = /expected head sha|no new commits/i.test(updated.error.said ?? '');
  return isMoved ? ok(WAITS) : updated;
}

async function mergeNow(
  { client, place }: At,
  pull_number: number,
  sha: string,
  merge_method: MergeMethod,
): Promise<Result<Stepped, GitHubProblem>> {
  const { owner, repo } = place;
  const merged = await client.rest(
    'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
    { owner, repo, pull_number, sha, merge_method },
    { isUrgent: true, marker: sha },
  );
  if (merged.ok) return ok(AGAIN);
  const { code, said, status, message } = merged.error;
  const isAnswer = code === 'conflict' || code === 'invalid';
  if (!isAnswer) return merged;
  // Merged by the try before this one, whose answer was lost, or moved meanwhile: the next look tells.
  if (/base branch was modified|head branch was modified|already merged/i.test(said ?? ''))
    return ok(AGAIN);
  if (status === 405 && /^pull request is not mergeable$/i.test((said ?? '').trim()))
    return ok(AGAIN);
  return ok({ kind: 'refused', code: refusalFrom(said ?? ''), message });
}

/** GitHub's words for why it does not merge. */
export function refusalFrom(said: string): MergeRefusal {
  if (/changes have been requested|changes requested/i.test(said)) return 'changes_requested';
  if (/status check|required check|is failing|is expected/i.test(said)) return 'checks_failed';
  if (/approving review|review (is )?required|code owner/i.test(said)) return 'not_reviewed';
  if (/conflict/i.test(said)) return 'conflict';
  if (/closed/i.test(said)) return 'closed';
  return 'forge_refused';
}
