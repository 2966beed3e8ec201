/**
 * One task's way to GitHub and on to its merge. Each run looks at what stands here and there and does what is missing, so that a
 * run which was cut off anywhere is made up for by the next.
 */
import type { PullRequest } from '../../../../../shared/domain/pull.ts';
import { isEnd, type Task } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import { ok } from '../../../../../shared/result.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { bring, gitUrl } from './bring.ts';
import { cleanUp, closePull } from './clean-up.ts';
import type { DeliveryDeps } from './delivery-deps.ts';
import { isChanged, isItsOwn, type At, type Done, type Round } from './deps.ts';
import { onwards, sendBackConflict } from './onwards.ts';
import { paceOf } from './pace.ts';
import { needsPerson, pauseAfter } from './pauses.ts';
import { homeOf, issuePlaceOf } from './place.ts';
import { refuse, submit } from './report.ts';
import type { Sighting } from './sighting.ts';

export interface Delivery {
  /** @returns ms until the next look; `null`: when the task changes, or somebody signs in */
  run(id: TaskId): Promise<number | null>;
}

/** Looks in one run: push, merge, and what came of it. */
const MOST_ROUNDS = 4;
const AGAIN_MS = 2_000;

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { journal, accounts } = deps;
  const watch = createWatch(() => deps.clock.monotonic());
  return {
    async run(id) {
      const task = journal.task(id);
      const place = task && homeOf(task);
      // While the workshop is stopped nothing goes out; when it goes on, all is woken.
      if (!task || !place || !accounts.isSignedIn(place.host) || journal.workshop().stopped)
        return null;
      if (!task.pull && !isItsOwn(journal, task)) return null;
      const client = await accounts.clientFor(place.host, `${place.owner}/${place.repo}`);
      if (!client.ok) return await stuck(task, client.error, deps);
      const at = { client: client.value, place };
      const done = isEnd(task.state)
        ? await settle(at, task, deps)
        : await go(at, task, watch, deps);
      return done.ok ? done.value : await stuck(task, done.error, deps);
    },
  };
}

async function go(at: At, { id }: Task, watch: Watch, deps: DeliveryDeps): Done<number | null> {
  for (let n = 0; n < MOST_ROUNDS; n++) {
    const task = deps.journal.task(id);
    // It ended meanwhile: its event has woken us.
    if (!task || isEnd(task.state)) return ok(null);
    if (!deps.stillMay(id)) return ok(AGAIN_MS);
    const done = await once(at, task, deps);
    if (!done.ok) return done;
    if (done.value === 'done') return ok(nextLook(id, watch, deps));
  }
  return ok(Math.max(AGAIN_MS, nextLook(id, watch, deps) ?? 0));
}

function nextLook(id: TaskId, watch: Watch, { journal, settings }: DeliveryDeps): number | null {
  const task = journal.task(id);
  if (!task?.pull || isEnd(task.state)) {
    watch.forget(id);
    return null;
  }
  const { pull, merge } = task;
  const isMerging = merge?.state === 'requested' || settings().merge === 'auto';
  return paceOf({ pull, isMerging, stableMs: watch.stableMs(id, pull) });
}

/** The task has ended. */
async function settle(at: At, task: Task, deps: DeliveryDeps): Done<null> {
  const { records, mirrorOf, clock, git, onTrouble } = deps;
  if (records.of(task.id).isCleaned) return ok(null);
  if (isChanged(task) && task.state === 'completed') {
    const mirror = mirrorOf(task.repo.url);
    const order = { task, mirror, url: gitUrl(at), now: clock.now() };
    const cleaned = await cleanUp(await issuesAt(task, deps), order, git);
    if (!cleaned.ok) return cleaned;
  }
  if (task.state === 'cancelled' && task.pull?.state === 'open') {
    const seen = await deps.follower.look(at, task.pull.number);
    const closed = seen.ok ? await closePull(at, seen.value) : seen;
    if (!closed.ok && closed.error.retryAt !== null) return closed;
  }
  onTrouble(task.id, null);
  records.change(task.id, { isCleaned: true });
  return ok(null);
}

async function issuesAt({ origin }: Task, { accounts }: DeliveryDeps): Promise<At | null> {
  const place = issuePlaceOf(origin);
  if (!place || !accounts.isSignedIn(place.host)) return null;
  const client = await accounts.clientFor(place.host, `${place.owner}/${place.repo}`);
  return client.ok ? { client: client.value, place } : null;
}

async function stuck(task: Task, error: GitHubProblem, deps: DeliveryDeps): Promise<number | null> {
  if (error.code === 'aborted' && error.retryAt === null) return null;
  deps.log.warn({ task: task.id, code: error.code }, error.message);
  if (needsPerson(error)) {
    deps.onTrouble(task.id, error.message);
    await refuse(task, 'forge_refused', error.message, [], deps);
  }
  return pauseAfter(error, deps.clock.now());
}

/** Looks once, and does one thing that is missing. */
async function once(given: At, task: Task, deps: DeliveryDeps): Done<Round> {
  const rules = await deps.rules.of(given, deps.settings().mergeMethod);
  if (!rules.ok) return rules;
  const { owner, repo } = rules.value;
  const at: At = { ...given, place: { ...given.place, owner, repo } };
  let number = task.pull?.number;
  const isOwn = isItsOwn(deps.journal, task);
  if (isOwn) {
    const brought = await bring(at, task, deps);
    if (!brought.ok) return brought;
    if (brought.value.kind === 'stale') return ok('done');
    if (brought.value.kind === 'diverged')
      return await sendBackConflict(
        task,
        'what was pushed to the branch',
        brought.value.files,
        deps,
      );
    number = brought.value.number;
  }
  if (number === undefined) return ok('done');
  const seen = await see(at, task, number, deps);
  if (!seen.ok) return seen;
  const now = deps.journal.task(task.id);
  if (!isOwn || !now || !isItsOwn(deps.journal, now)) return ok('done');
  return await onwards(at, now, { sighting: seen.value, rules: rules.value }, deps);
}

async function see(at: At, task: Task, number: number, deps: DeliveryDeps): Done<Sighting> {
  const looked = await deps.follower.look(at, number);
  if (!looked.ok) return looked;
  const { commits } = looked.value;
  const commit = task.change?.commit;
  const holds = commit !== undefined && commits.includes(commit) ? { holds: commit } : {};
  const pull: PullRequest = { ...looked.value.pull, ...holds };
  const submitted = await submit({ type: 'task.pull_seen', taskId: task.id, pull }, 'forge', deps);
  return submitted.ok ? ok({ ...looked.value, pull }) : submitted;
}

/** Since when each pull request looks as it does. */
interface Watch {
  stableMs(id: TaskId, pull: PullRequest): number;
  forget(id: TaskId): void;
}

function createWatch(monotonic: () => number): Watch {
  const known = new Map<TaskId, { readonly look: string; readonly since: number }>();
  return {
    stableMs(id, pull) {
      const look = JSON.stringify(pull);
      const before = known.get(id);
      if (before?.look === look) return monotonic() - before.since;
      known.set(id, { look, since: monotonic() });
      return 0;
    },
    forget: (id) => known.delete(id),
  };
}
