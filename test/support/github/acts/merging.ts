/** When a pull request may be merged, and merging it: by hand, by itself when its checks pass, through a queue. */
import { refusal } from '../answer.ts';
import { type Context } from '../context.ts';
import { branchRef, git, headOf, mergeCommits } from '../git.ts';
import { type AutoMerge, type MergeMethod, type Repo, type User } from '../model.ts';
import { type Mergeability, type PullIssue } from '../shapes/pull.ts';
import { userNamed } from '../world.ts';
import { rollup, stateOfCheck } from './checks.ts';
import { setState, tellIssue, touch } from './issues.ts';
import { factsOf } from './pulls.ts';
import { closeNamed, openPulls, refsMoved } from './pushes.ts';

/** What keeps a pull request from being merged, in GitHub's words; empty when nothing does. */
function obstacles(issue: PullIssue): string[] {
  const { pull, repo } = issue;
  const rules = repo.protections.get(pull.baseRef);
  if (!rules) return [];
  const missing = rules.checks.filter(
    (name) => stateOfCheck(repo, pull.headCommit, name) !== 'passed',
  );
  const found =
    missing.length === 1 ? [`Required status check "${missing[0] ?? ''}" is expected.`] : [];
  if (missing.length > 1) {
    const total = String(rules.checks.length);
    found.push(`${String(missing.length)} of ${total} required status checks are expected.`);
  }
  if (rules.strict && pull.facts?.isBehind)
    found.push('The head branch is not up to date with the base branch.');
  const verdicts = latestVerdicts(issue);
  const approvals = verdicts.filter((state) => state === 'APPROVED').length;
  if (rules.approvals > 0 && verdicts.includes('CHANGES_REQUESTED')) {
    found.push('Changes have been requested on this pull request.');
  } else if (approvals < rules.approvals) {
    const count = String(rules.approvals);
    found.push(`At least ${count} approving review is required by reviewers with write access.`);
  }
  return found;
}

/** The last verdict of each reviewer. */
export function latestVerdicts(issue: PullIssue): string[] {
  const last = new Map<number, string>();
  for (const review of issue.pull.reviews) {
    if (['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(review.state)) {
      last.set(review.author.id, review.state);
    }
  }
  return [...last.values()];
}

/** As GitHub shows it; the first question after a change may be answered with "unknown". */
export async function mergeability(context: Context, issue: PullIssue): Promise<Mergeability> {
  const isLate = context.isLateWithMergeable && !isKnown(issue);
  const facts = await factsOf(issue);
  if (isLate || issue.state !== 'open') return { mergeable: null, state: 'unknown' };
  if (facts.hasConflict) return { mergeable: false, state: 'dirty' };
  return { mergeable: true, state: cleanState(issue, facts.isBehind) };
}

function isKnown({ pull, repo }: PullIssue): boolean {
  const key = `${headOf(repo, pull.baseRef) ?? ''} ${headOf(repo, pull.headRef) ?? ''}`;
  return pull.facts?.for === key;
}

function cleanState(issue: PullIssue, isBehind: boolean): string {
  const rules = issue.repo.protections.get(issue.pull.baseRef);
  if (issue.pull.isDraft) return 'draft';
  if (rules?.strict && isBehind) return 'behind';
  if (obstacles(issue).length > 0) return 'blocked';
  const checks = rollup(issue.repo, issue.pull.headCommit);
  return checks === 'failed' || checks === 'pending' ? 'unstable' : 'clean';
}

export interface MergeOrder {
  method?: MergeMethod | undefined;
  title?: string | undefined;
  message?: string | undefined;
  /** The head as the caller saw it. */
  sha?: string | undefined;
}

/** Merges in git; the commit that came of it. Throws GitHub's refusals: 405, 409. */
export async function mergePull(
  context: Context,
  issue: PullIssue,
  by: User,
  order: MergeOrder,
): Promise<string> {
  const { pull, repo } = issue;
  const method = order.method ?? 'merge';
  if (issue.state !== 'open') throw refusal(405, 'Pull Request is not mergeable');
  if (pull.isDraft) throw refusal(405, 'Pull Request is still a draft');
  if (!repo.allows[method]) {
    const words = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' };
    throw refusal(405, `${words[method]} are not allowed on this repository.`);
  }
  const facts = await factsOf(issue);
  if (order.sha !== undefined && order.sha !== pull.headCommit) {
    throw refusal(409, 'Head branch was modified. Review and try the merge again.');
  }
  if (facts.hasConflict) throw refusal(405, 'Pull Request is not mergeable');
  const [obstacle] = obstacles(issue);
  if (obstacle !== undefined) throw refusal(405, obstacle);
  return mergeNow(context, issue, by, { ...order, method });
}

async function mergeNow(
  context: Context,
  issue: PullIssue,
  by: User,
  order: MergeOrder & { method: MergeMethod },
): Promise<string> {
  const { pull, repo } = issue;
  const [base, head] = [pull.baseCommit, pull.headCommit];
  const { method } = order;
  const commit = await mergeCommits(repo.dir, {
    base,
    head,
    method,
    message: message(issue, order),
  });
  if (commit === null) throw refusal(405, 'Merge conflict');
  const moved = await git(repo.dir, 'update-ref', branchRef(pull.baseRef), commit, base).catch(
    () => null,
  );
  if (moved === null)
    throw refusal(409, 'Base branch was modified. Review and try the merge again.');
  pull.merged = { at: context.world.now(), by, commit };
  pull.autoMerge = null;
  pull.queuedAt = null;
  setState(context, issue, 'closed', by);
  await refsMoved(context, repo, by, issue);
  if (pull.baseRef === repo.defaultBranch) closeNamed(context, repo, by, issue.body ?? '');
  if (repo.deletesMergedBranches) {
    await git(repo.dir, 'update-ref', '-d', branchRef(pull.headRef));
    await refsMoved(context, repo, by);
  }
  return commit;
}

function message(issue: PullIssue, order: MergeOrder & { method: MergeMethod }): string {
  const number = `#${String(issue.number)}`;
  const head = `${issue.repo.owner.login}/${issue.pull.headRef}`;
  const isSquash = order.method === 'squash';
  const title =
    order.title ??
    (isSquash ? `${issue.title} (${number})` : `Merge pull request ${number} from ${head}`);
  const body = order.message ?? (isSquash ? '' : issue.title);
  return body === '' ? title : `${title}\n\n${body}`;
}

/** Brings the base into the head, as the button "Update branch". */
export async function updateBranch(
  context: Context,
  issue: PullIssue,
  by: User,
  expected: string | undefined,
): Promise<void> {
  const { pull, repo } = issue;
  const facts = await factsOf(issue);
  if (expected !== undefined && expected !== pull.headCommit) {
    throw refusal(422, "expected head sha didn't match current head ref.");
  }
  if (!facts.isBehind) throw refusal(422, 'There are no new commits on the base branch.');
  if (facts.hasConflict) throw refusal(422, 'merge conflict between base and head');
  const text = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
  const order = {
    base: pull.headCommit,
    head: pull.baseCommit,
    method: 'merge',
    message: text,
  } as const;
  const commit = await mergeCommits(repo.dir, order);
  if (commit === null) throw refusal(422, 'merge conflict between base and head');
  await git(repo.dir, 'update-ref', branchRef(pull.headRef), commit);
  await refsMoved(context, repo, by);
}

export async function enableAutoMerge(
  context: Context,
  issue: PullIssue,
  given: Omit<AutoMerge, 'at'>,
): Promise<void> {
  issue.pull.autoMerge = { ...given, at: context.world.now() };
  touch(context, issue);
  tellIssue(context, issue, 'auto_merge_enabled', given.by);
  await mergeWaiting(context, issue.repo);
}

export function disableAutoMerge(context: Context, issue: PullIssue, by: User): void {
  issue.pull.autoMerge = null;
  touch(context, issue);
  tellIssue(context, issue, 'auto_merge_disabled', by, { reason: 'disabled by the user' });
}

export async function enqueue(context: Context, issue: PullIssue, by: User): Promise<void> {
  issue.pull.queuedAt = context.world.now();
  touch(context, issue);
  tellIssue(context, issue, 'enqueued', by);
  await mergeWaiting(context, issue.repo);
}

/** Merges whatever waits for checks or reviews and needs to wait no longer. Called after each of these changes. */
export async function mergeWaiting(context: Context, repo: Repo): Promise<void> {
  for (const issue of openPulls(repo)) {
    const { autoMerge, queuedAt } = issue.pull;
    if (autoMerge === null && queuedAt === null) continue;
    const can = await mergeability(context, issue);
    if (can.state === 'dirty' && queuedAt !== null) {
      issue.pull.queuedAt = null;
      tellIssue(context, issue, 'dequeued', queueOf(context), { reason: 'MERGE_CONFLICT' });
    }
    // A queue merges only what has passed; auto-merge what nothing required keeps back.
    const isReady = queuedAt === null ? ['clean', 'unstable'] : ['clean'];
    if (!isReady.includes(can.state)) continue;
    const by = autoMerge?.by ?? queueOf(context);
    const method = autoMerge?.method ?? 'merge';
    const { title, message: text } = autoMerge ?? { title: null, message: null };
    await mergeNow(context, issue, by, {
      method,
      title: title ?? undefined,
      message: text ?? undefined,
    });
  }
}

function queueOf(context: Context): User {
  return userNamed(context.world, 'github-merge-queue[bot]', 'Bot');
}
