/** A task whose issue was closed at GitHub: it is cancelled with who did that, unless its own merge closed it. */
import { isEnd, type Task } from '../../../../../shared/domain/task.ts';
import type { Journal } from '../../../journal/port.ts';
import type { Issue } from '../../port.ts';
import type { GitHubClient } from '../api/port.ts';
import { placeOfIssue } from '../issues/place.ts';
import type { SyncDeps } from './deps.ts';

export interface ClosingDeps extends Pick<SyncDeps, 'follow'> {
  readonly journal: Pick<Journal, 'task' | 'submit'>;
}

/** A merge that is under way shows what the closing meant. */
const MERGING_MS = 60_000;

/** @returns ms after which to look again; `null`: it is settled */
export async function closeTask(
  task: Task,
  issue: Issue,
  client: GitHubClient,
  { journal, follow }: ClosingDeps,
): Promise<number | null> {
  if (task.merge?.state === 'requested') return MERGING_MS;
  // A merge closes the issue before anybody has told of the merge.
  if (task.pull) await follow([task.id]);
  const now = journal.task(task.id);
  if (!now || isEnd(now.state)) return null;
  const { id: taskId } = now;
  const actor = 'forge';
  await journal.submit({ type: 'task.source_seen', taskId, source: issue.source }, { actor });
  const reason = reasonOf(issue, await closedBy(issue, client));
  const done = await journal.submit({ type: 'task.cancel', taskId, reason }, { actor });
  return done.ok || done.error.code === 'illegal_transition' ? null : MERGING_MS;
}

/** True when a task ended because its issue was closed, and not because a person here wanted that. */
export function wasClosed({ state, origin, cancelReason }: Task): boolean {
  const isCancelled = state === 'cancelled' && origin !== null;
  return isCancelled && (cancelReason?.startsWith(beginOf(origin.ref)) ?? false);
}

function reasonOf({ origin }: Issue, who: string | null): string {
  return `${beginOf(origin.ref)}${who === null ? '' : ` by ${who}`} at the forge`;
}

function beginOf(ref: string): string {
  return `${ref} was closed`;
}

async function closedBy({ origin }: Issue, client: GitHubClient): Promise<string | null> {
  const place = placeOfIssue(origin);
  if (!place) return null;
  const { owner, repo, number } = place;
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
  const answer = await client.rest(route, { owner, repo, issue_number: number });
  return answer.ok ? (answer.value.data.closed_by?.login ?? null) : null;
}
