/** Which of the issues that tasks wait for are still open: asked for many at once, and told to the tasks that wait. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import type { Task } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Journal } from '../../../journal/port.ts';
import { freeBlockers } from '../../import/waits.ts';
import type { Issue } from '../../port.ts';
import type { Accounts } from '../accounts/port.ts';
import { placeOf, repoName } from '../api/hosts.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { openAmong } from '../issues/read.ts';

export interface BlockerDeps {
  readonly journal: Pick<Journal, 'task' | 'tasksOf' | 'submit'>;
  readonly accounts: Pick<Accounts, 'clientFor'>;
}

/** Asks for the given issues, and takes those that are closed from what the tasks wait for. */
export async function checkBlockers(
  origins: readonly Origin[],
  waiting: readonly TaskId[],
  { journal, accounts }: BlockerDeps,
): Promise<Result<null, GitHubProblem>> {
  const groups = new Map<GitHubClient, Origin[]>();
  for (const origin of origins) {
    const place = placeOf(origin.url);
    if (!place) continue;
    const client = await accounts.clientFor(place.host, repoName(place));
    if (!client.ok) return client;
    groups.set(client.value, [...(groups.get(client.value) ?? []), origin]);
  }
  const closed = new Set<string>();
  for (const [client, some] of groups) {
    const open = await openAmong(client, some);
    if (!open.ok) return open;
    for (const { url } of some) if (!open.value.has(url)) closed.add(url);
  }
  for (const id of waiting) {
    const task = journal.task(id);
    const left = task?.blockers.filter(({ url }) => !closed.has(url)) ?? [];
    if (task && left.length < task.blockers.length) await tellOf(task, left, journal);
  }
  return ok(null);
}

/**
 * What the issue says now that its task waits for. What has become a task of its own that this one comes after is waited for as
 * that. A task that has begun is not stopped by what is written later.
 */
export async function takeBlockers(
  task: Task,
  issue: Issue,
  journal: BlockerDeps['journal'],
): Promise<void> {
  const isTask = ({ url }: Origin): boolean =>
    journal.tasksOf(url).some(({ id }) => task.after.includes(id));
  const open = freeBlockers(issue, journal).filter((one) => !isTask(one));
  const urls = new Set(open.map(({ url }) => url));
  const left = task.state === 'blocked' ? open : task.blockers.filter(({ url }) => urls.has(url));
  const before = task.blockers.map(({ url }) => url);
  const isSame = left.length === before.length && left.every(({ url }) => before.includes(url));
  if (!isSame) await tellOf(task, left, journal);
}

async function tellOf(
  { id: taskId }: Task,
  blockers: Origin[],
  journal: BlockerDeps['journal'],
): Promise<void> {
  await journal.submit({ type: 'task.blockers_seen', taskId, blockers }, { actor: 'forge' });
}
