/**
 * Brings tasks to what their issues say now. What changed is only noted by others; here many noted issues are read with one
 * request and compared with their tasks, so that what is noted twice, late or in another order comes to the same.
 */
import { z } from 'zod';
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { EngineChoice } from '../../../../../shared/domain/engine.ts';
import { isEnd, isHeld, Priority, type Task } from '../../../../../shared/domain/task.ts';
import { Specialty } from '../../../../../shared/domain/specialty.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import type { Issue } from '../../port.ts';
import { placeOf, repoName } from '../api/hosts.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { MOST_AT_ONCE, readIssues, type ReadIssue } from '../issues/read.ts';
import { takeBlockers } from './blockers.ts';
import { closeTask } from './closing.ts';
import { needsPerson, pauseAfter, type SyncDeps, type Troubles } from './deps.ts';
import type { Dirty, Mark } from './dirty.ts';
import { askedIn, editOf, type Asked } from './edit.ts';
import type { Imports } from './imports.ts';
import { issueKeyOf, repoKeyIn, repoOfIssue } from './keys.ts';
import type { Moves } from './moves.ts';

export interface ReconcileDeps extends SyncDeps {
  readonly dirty: Dirty;
  readonly moves: Moves;
  readonly imports: Imports;
  readonly troubles: Troubles;
  /** An attempt holds the task: it is told when it does no more. */
  readonly park: (id: TaskId, origin: Origin) => void;
  readonly isClosing: () => boolean;
}

/** Pause before what could not be committed (a full disk) is tried again, ms. */
const AGAIN_MS = 5_000;
const REFUSED_MS = 30 * 60_000;
/** What was last taken of an issue, by task. */
const SPACE = 'asked';

/** Looks at the noted issues of a host, as many as can be with one request. @returns ms until the next are due; `null`: none are */
export async function reconcile(host: string, deps: ReconcileDeps): Promise<number | null> {
  const { dirty, clock } = deps;
  const looked = new Set<string>();
  for (;;) {
    // What is noted again while it is looked at waits for the next time: somebody may write and write.
    const marks = dirty.due(host, clock.monotonic(), MOST_AT_ONCE, looked);
    for (const { key } of marks) looked.add(key);
    await lookAt(marks, host, deps);
    if (marks.length < MOST_AT_ONCE || deps.isClosing()) break;
  }
  return dirty.next(host, clock.monotonic());
}

async function lookAt(marks: readonly Mark[], host: string, deps: ReconcileDeps): Promise<void> {
  const groups = new Map<GitHubClient, Mark[]>();
  for (const mark of marks) {
    const place = placeOf(mark.origin.url);
    const client = await deps.accounts.clientFor(host, place ? repoName(place) : undefined);
    if (client.ok) groups.set(client.value, [...(groups.get(client.value) ?? []), mark]);
    else postpone(mark, client.error, deps);
  }
  for (const [client, some] of groups) {
    const reads = await readIssues(
      client,
      some.map(({ origin }) => origin),
    );
    for (const mark of some) await settle(mark, reads.get(mark.origin.url), client, deps);
  }
}

async function settle(
  mark: Mark,
  read: ReadIssue | undefined,
  client: GitHubClient,
  deps: ReconcileDeps,
): Promise<void> {
  const { dirty, clock } = deps;
  if (!read) return dirty.done(mark);
  if (!read.ok) return await unreadable(mark, read.error, deps);
  const issue = read.value;
  learn(mark, issue, deps.moves);
  const pauses: (number | null)[] = [];
  for (const task of deps.journal.tasksOf(mark.origin.url))
    if (!isEnd(task.state)) pauses.push(await bring(task, issue, client, deps));
  // As tasks name it: an issue that moved is not made a second task.
  const known = { ...issue, origin: mark.origin };
  const imported = await deps.imports.consider(mark.key, known, client);
  if (imported.state === 'asked_in_vain') return postpone(mark, imported.problem, deps);
  const refusal = imported.state === 'refused' ? imported.message : null;
  deps.troubles(mark.key, refusal);
  if (refusal !== null) pauses.push(REFUSED_MS);
  const waits = pauses.filter((pause) => pause !== null);
  if (waits.length === 0) dirty.done(mark);
  else dirty.later(mark, clock.monotonic() + Math.min(...waits));
}

/** @returns ms after which to look again; `null`: the task is as its issue says, or waits for its attempt */
async function bring(
  task: Task,
  issue: Issue,
  client: GitHubClient,
  deps: ReconcileDeps,
): Promise<number | null> {
  const { journal, cache } = deps;
  if (issue.source.state === 'closed') return await closeTask(task, issue, client, deps);
  await takeBlockers(task, issue, journal);
  const edit = editOf(task, issue, lastAsked(cache.get(SPACE, task.id)));
  if (edit && isHeld(task.state)) {
    deps.park(task.id, task.origin ?? issue.origin);
    return null;
  }
  if (edit) {
    const command = { type: 'task.update', taskId: task.id, ...edit } as const;
    const done = await journal.submit(command, { actor: 'forge' });
    if (!done.ok && done.error.code === 'illegal_transition') {
      // An attempt took it meanwhile.
      deps.park(task.id, task.origin ?? issue.origin);
      return null;
    }
    if (!done.ok) return AGAIN_MS;
  }
  cache.set(SPACE, task.id, JSON.stringify(askedIn(issue)));
  return await noteSource(task, issue, deps);
}

/** Not for each comment of our own: only what a task takes, and who and whether it is open, are worth a line in its history. */
async function noteSource(
  { id: taskId, source }: Task,
  issue: Issue,
  { journal }: ReconcileDeps,
): Promise<number | null> {
  const { hash, state, author } = issue.source;
  if (source?.hash === hash && source.state === state && source.author === author) return null;
  const command = { type: 'task.source_seen', taskId, source: issue.source } as const;
  const done = await journal.submit(command, { actor: 'forge' });
  return done.ok ? null : AGAIN_MS;
}

const Kept = z.object({
  priority: Priority.nullable(),
  engine: EngineChoice.nullable(),
  localOnly: z.boolean().default(false),
  specialty: Specialty.nullable(),
  needs: z.array(z.string()),
});

function lastAsked(text: string | undefined): Asked | null {
  if (text === undefined) return null;
  return Kept.safeParse(JSON.parse(text)).data ?? null;
}

/** The names that GitHub has for it now, for what it will tell under them. */
function learn({ key }: Mark, { origin, repo }: Issue, moves: Moves): void {
  const now = issueKeyOf(origin.url);
  const home = repoKeyIn(repo);
  if (now !== null && now !== key) return moves.learn(key, now);
  if (home !== null && home !== repoOfIssue(key)) moves.learn(repoOfIssue(key), home);
}

async function unreadable(mark: Mark, problem: GitHubProblem, deps: ReconcileDeps): Promise<void> {
  const { journal, dirty, troubles } = deps;
  const open = journal.tasksOf(mark.origin.url).filter(({ state }) => !isEnd(state));
  if (open.length === 0 && problem.retryAt === null && problem.code !== 'unauthorized') {
    // Nobody waits for it: what it was marked for is gone with it.
    troubles(mark.key, null);
    return dirty.done(mark);
  }
  const isDeleted = problem.code === 'gone' && /deleted/i.test(problem.said ?? problem.message);
  if (!isDeleted) return postpone(mark, problem, deps);
  for (const { id: taskId, origin } of open) {
    const reason = `${origin?.ref ?? mark.origin.ref} was deleted at the forge`;
    await journal.submit({ type: 'task.cancel', taskId, reason }, { actor: 'forge' });
  }
  troubles(mark.key, null);
  dirty.done(mark);
}

function postpone(mark: Mark, problem: GitHubProblem, deps: ReconcileDeps): void {
  const { dirty, clock, troubles } = deps;
  const pause = pauseAfter(problem, clock.now());
  troubles(mark.key, needsPerson(problem) ? problem.message : null);
  // A sign-in hurries everything.
  dirty.later(mark, pause === null ? Infinity : clock.monotonic() + pause);
}
