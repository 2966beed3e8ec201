/**
 * Makes tasks of issues by themselves: of those that a rule means, and again of one that was reopened after its closing had
 * ended its task. Under a receipt by the issue's address, so that webhook, poll and restart make one.
 */
import { createHash } from 'node:crypto';
import type { NewTask, Task } from '../../../../../shared/domain/task.ts';
import { isEnd } from '../../../../../shared/domain/task.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Receipt } from '../../../journal/port.ts';
import { freeBlockers } from '../../import/waits.ts';
import type { Issue } from '../../port.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { placeOfIssue } from '../issues/place.ts';
import { wasClosed } from './closing.ts';
import type { SyncDeps } from './deps.ts';
import { repoOfIssue } from './keys.ts';
import { queryRules, rulesFor } from './rules.ts';
import type { Searches } from './search.ts';

export interface ImportDeps extends Pick<SyncDeps, 'journal' | 'cache' | 'settings' | 'create'> {
  readonly searches: Pick<Searches, 'finds'>;
}

export interface Imports {
  /** Makes a task where one is wanted. @param key as tasks know the issue */
  consider(key: string, issue: Issue, client: GitHubClient): Promise<Imported>;
}

type Imported =
  | { readonly state: 'none' | 'made' }
  | { readonly state: 'asked_in_vain'; readonly problem: GitHubProblem }
  | { readonly state: 'refused'; readonly message: string };

/** Whether a rule meant the issue when it was last looked at: only what it comes to mean anew is made a task again. */
const SPACE = 'meant';

export function createImports(deps: ImportDeps): Imports {
  const { journal, cache } = deps;

  async function make(issue: Issue, before: readonly Task[]): Promise<Imported> {
    const receipt = receiptOf(issue, before.length);
    const made = await deps.create(newTaskOf(issue, before, deps), receipt);
    if (made.ok) return { state: 'made' };
    if (made.error.code === 'duplicate') return { state: 'none' };
    const message = `${issue.origin.ref} could not be made a task: ${made.error.message}`;
    return { state: 'refused', message };
  }

  return {
    async consider(key, issue, client) {
      const tasks = journal.tasksOf(issue.origin.url);
      const isOpen = tasks.some(({ state }) => !isEnd(state));
      const [newest] = tasks;
      if (!isOpen && newest && wasClosed(newest) && issue.source.state === 'open')
        return await make(issue, tasks);
      const meant = await isMeant(key, issue, client, deps);
      if (!meant.ok) return { state: 'asked_in_vain', problem: meant.error };
      if (meant.value === null) return { state: 'none' };
      const wasMeant = cache.get(SPACE, key);
      const isAnew = tasks.length === 0 || wasMeant === 'no';
      const outcome: Imported =
        meant.value && !isOpen && isAnew ? await make(issue, tasks) : { state: 'none' };
      const next = meant.value ? 'yes' : 'no';
      if (outcome.state !== 'refused' && wasMeant !== next && (meant.value || tasks.length > 0))
        cache.set(SPACE, key, next);
      return outcome;
    },
  };
}

/** `null`: a search was not asked yet, so nobody knows. */
async function isMeant(
  key: string,
  { source, kind, labels, origin }: Issue,
  client: GitHubClient,
  { settings, searches }: ImportDeps,
): Promise<Result<boolean | null, GitHubProblem>> {
  const { rules, host } = settings();
  const isOpen = source.state === 'open';
  const repo = repoOfIssue(key);
  const about = { repo, isOpen, isPull: kind === 'pull_request', labels };
  const mine = rulesFor(rules, about, host);
  if (mine.some(({ assignee }) => assignee === undefined)) return ok(true);
  if (mine.length > 0) {
    const logins = await assigneesOf(origin, client);
    if (!logins.ok) return logins;
    if (mine.some(({ assignee = '' }) => logins.value.includes(assignee.toLowerCase())))
      return ok(true);
  }
  if (!isOpen) return ok(false);
  const found = queryRules(rules).map((rule) => searches.finds(rule, key));
  if (found.includes(true)) return ok(true);
  return ok(found.includes(undefined) ? null : false);
}

async function assigneesOf(
  origin: Issue['origin'],
  client: GitHubClient,
): Promise<Result<string[], GitHubProblem>> {
  const place = placeOfIssue(origin);
  if (!place) return ok([]);
  const { owner, repo, number } = place;
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
  const answer = await client.rest(route, { owner, repo, issue_number: number });
  if (!answer.ok) return answer;
  return ok((answer.value.data.assignees ?? []).map(({ login }) => login.toLowerCase()));
}

/** By the address and how many tasks there were of it, never by what it says: that may change between two tries. */
function receiptOf({ origin }: Issue, count: number): Receipt {
  const key = `github:${origin.url}#${count}`;
  return { key, hash: createHash('sha256').update(key).digest('hex') };
}

function newTaskOf(issue: Issue, before: readonly Task[], { journal }: ImportDeps): NewTask {
  const [last] = before;
  const tasks = freeBlockers(issue, journal).map((origin) => ({
    origin,
    task: journal.tasksOf(origin.url).find(({ state }) => !isEnd(state)),
  }));
  const localOnly = issue.localOnly || last?.localOnly === true;
  const engine = localOnly ? undefined : (issue.engine ?? last?.engine);
  const base = last?.repo.base;
  const specialty = issue.specialty ?? last?.specialty;
  return {
    repo: last?.repo.url ?? issue.repo,
    ...(typeof base === 'string' && { base }),
    title: issue.title,
    body: issue.body,
    priority: issue.priority ?? last?.priority ?? 'normal',
    ...(engine && { engine }),
    ...(localOnly && { localOnly }),
    ...(specialty && { specialty }),
    needs: [...issue.needs],
    after: tasks.flatMap(({ task }) => (task ? [task.id] : [])),
    blockers: tasks.flatMap(({ origin, task }) => (task ? [] : [origin])),
    origin: last?.origin ?? issue.origin,
    source: issue.source,
  };
}
