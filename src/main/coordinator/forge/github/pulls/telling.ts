/**
 * Tells people at GitHub how a task stands: one comment on its issue, edited as it goes, and one label. Both are what the task
 * looks like now, so that states which pass quickly are never written.
 */
import { isEnd, type Task } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { markerOf } from '../marker.ts';
import type { At, PullsDeps } from './deps.ts';
import { pauseAfter } from './pauses.ts';
import { issuePlaceOf, type IssuePlace } from './place.ts';
import { hashOf, type Records } from './records.ts';
import {
  commentText,
  labelName,
  labelOf,
  LABELS,
  STATE_LABELS,
  type StateLabel,
} from './state-text.ts';

/** Pages of comments that are looked through for ours. */
const MOST_PAGES = 20;

interface Issue extends At {
  readonly issue: IssuePlace;
}

export interface TellingDeps extends PullsDeps {
  readonly records: Records;
  /** What needs a person with a task's pull request; `null`: nothing. */
  readonly troubleOf: (id: TaskId) => string | null;
}

export interface Telling {
  /** @returns ms until it has to be tried again; `null`: when the task changes */
  run(id: TaskId): Promise<number | null>;
}

interface Told extends TellingDeps {
  /** Labels that were found or made, by repository: asked once while we run. */
  readonly made: Set<string>;
}

export function createTelling(deps: TellingDeps): Telling {
  const { journal, accounts, records, clock, log } = deps;
  const told: Told = { ...deps, made: new Set() };
  return {
    async run(id) {
      const task = journal.task(id);
      const issue = task && issuePlaceOf(task.origin);
      if (!task || !issue || !accounts.isSignedIn(issue.host)) return null;
      const client = await accounts.clientFor(issue.host, `${issue.owner}/${issue.repo}`);
      if (!client.ok) return pauseAfter(client.error, clock.now());
      const done = await tell({ client: client.value, place: issue, issue }, task, told);
      if (done.ok) {
        const isClean = !task.pull && { isCleaned: true };
        if (isEnd(task.state)) records.change(id, { isTold: true, ...isClean });
        return null;
      }
      log.warn({ task: id, code: done.error.code }, done.error.message);
      return pauseAfter(done.error, clock.now());
    },
  };
}

async function tell(at: Issue, task: Task, deps: Told): Promise<Result<null, GitHubProblem>> {
  const { comments, labels } = deps.settings();
  const told = comments ? await tellByComment(at, task, deps) : ok(null);
  if (!told.ok || labels === null) return told;
  return await tellByLabel(at, task, labels, deps);
}

async function tellByComment(
  at: Issue,
  task: Task,
  deps: Told,
): Promise<Result<null, GitHubProblem>> {
  const { journal, records, workshop } = deps;
  const attempt = task.attemptId === null ? undefined : journal.attempt(task.attemptId);
  const agent = attempt ? (journal.agent(attempt.agentId) ?? null) : null;
  const body = commentText({ task, agent, trouble: deps.troubleOf(task.id), workshop });
  const hash = hashOf(body);
  const known = records.of(task.id).comment;
  if (known?.hash === hash) return ok(null);
  const found = known ? ok(known.id) : await findComment(at, markerOf(task.id, workshop));
  if (!found.ok) return found;
  const written = await writeComment(at, found.value, body);
  if (!written.ok) return written;
  records.change(task.id, { comment: { id: written.value, hash } });
  return ok(null);
}

async function tellByLabel(
  at: Issue,
  task: Task,
  prefix: string,
  { records, made }: Told,
): Promise<Result<null, GitHubProblem>> {
  const wanted = labelOf(task);
  const name = wanted === null ? '' : labelName(prefix, wanted);
  const known = records.of(task.id).label;
  if (known === name) return ok(null);
  if (wanted !== null) {
    const added = await addLabel(at, name, wanted, made);
    if (!added.ok) return added;
  }
  const others = STATE_LABELS.map((one) => labelName(prefix, one)).filter((one) => one !== name);
  const old = known === null ? await labelsOf(at) : ok(known === '' ? [] : [known]);
  if (!old.ok) return old;
  for (const stale of old.value.filter((one) => one === known || others.includes(one))) {
    const removed = await removeLabel(at, stale);
    if (!removed.ok) return removed;
  }
  records.change(task.id, { label: name });
  return ok(null);
}

async function findComment(
  { client, issue }: Issue,
  marker: string,
): Promise<Result<number | null, GitHubProblem>> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const { owner, repo, number: issue_number } = issue;
  let page = await client.rest(
    route,
    { owner, repo, issue_number, per_page: 100 },
    { isFresh: true },
  );
  for (let n = 0; n < MOST_PAGES; n++) {
    if (!page.ok) return page;
    const found = page.value.data.find(({ body }) => body?.includes(marker));
    if (found) return ok(Number(found.id));
    const next = page.value.nextPage;
    if (next === null) break;
    page = await client.page(route, next, { isFresh: true });
  }
  return ok(null);
}

async function writeComment(
  { client, issue }: Issue,
  id: number | null,
  body: string,
): Promise<Result<number, GitHubProblem>> {
  const { owner, repo, number: issue_number } = issue;
  if (id === null) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const made = await client.rest(route, { owner, repo, issue_number, body });
    return made.ok ? ok(Number(made.value.data.id)) : made;
  }
  const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
  const edited = await client.rest(
    route,
    { owner, repo, comment_id: id, body },
    { marker: 'edit' },
  );
  // Whoever removed it does not want to be told.
  return edited.ok || edited.error.code === 'not_found' ? ok(id) : edited;
}

async function addLabel(
  { client, issue }: Issue,
  name: string,
  label: StateLabel,
  made: Set<string>,
): Promise<Result<null, GitHubProblem>> {
  const { owner, repo, host, number: issue_number } = issue;
  const key = `${host}/${owner}/${repo} ${name}`;
  if (!made.has(key)) {
    const route = 'POST /repos/{owner}/{repo}/labels';
    const created = await client.rest(
      route,
      { owner, repo, name, ...LABELS[label] },
      { marker: name },
    );
    // There already, with colours that people may have chosen; or not to be made, and then adding it tells why.
    if (!created.ok && created.error.retryAt !== null) return created;
    made.add(key);
  }
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
  const added = await client.rest(
    route,
    { owner, repo, issue_number, labels: [name] },
    { marker: name },
  );
  return added.ok ? ok(null) : added;
}

async function labelsOf({ client, issue }: Issue): Promise<Result<string[], GitHubProblem>> {
  const { owner, repo, number: issue_number } = issue;
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/labels';
  const listed = await client.rest(
    route,
    { owner, repo, issue_number, per_page: 100 },
    { isFresh: true },
  );
  return listed.ok ? ok(listed.value.data.map(({ name }) => name)) : listed;
}

async function removeLabel(
  { client, issue }: Issue,
  name: string,
): Promise<Result<null, GitHubProblem>> {
  const { owner, repo, number: issue_number } = issue;
  const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}';
  const removed = await client.rest(route, { owner, repo, issue_number, name }, { marker: name });
  return removed.ok || removed.error.code === 'not_found' ? ok(null) : removed;
}
