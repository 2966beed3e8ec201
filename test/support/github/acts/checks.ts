/** Checks of commits: check runs and the older statuses, and what they come to. */
import { type Context } from '../context.ts';
import {
  type CheckConclusion,
  type CheckRun,
  type Repo,
  type Status,
  type User,
} from '../model.ts';
import { checkRunShape, statusEventShape, suiteShape } from '../shapes/checks.ts';

export interface CheckChange {
  name: string;
  commit: string;
  status: CheckRun['status'];
  conclusion: CheckConclusion | null;
  detailsUrl?: string | null;
  summary?: string | null;
}

/** Makes the check run of that name on the commit, or changes it. */
export function setCheckRun(context: Context, repo: Repo, by: User, change: CheckChange): CheckRun {
  const { world } = context;
  const { commit, name } = change;
  const known = repo.checkRuns.find((run) => run.commit === commit && run.name === name);
  const sameSuite = repo.checkRuns.find((run) => run.commit === commit);
  const run: CheckRun = known ?? {
    id: world.nextId(),
    suiteId: sameSuite?.suiteId ?? world.nextId(),
    name,
    commit,
    status: change.status,
    conclusion: null,
    detailsUrl: null,
    summary: null,
    startedAt: world.now(),
    completedAt: null,
  };
  if (!known) repo.checkRuns.push(run);
  run.status = change.status;
  run.conclusion = change.status === 'completed' ? (change.conclusion ?? 'success') : null;
  run.completedAt = change.status === 'completed' ? world.now() : null;
  run.detailsUrl = change.detailsUrl ?? run.detailsUrl;
  run.summary = change.summary ?? run.summary;
  const tell = (event: string, action: string, payload: Record<string, unknown>) => {
    context.hooks.emit(event, action, { repo, sender: by, payload });
  };
  if (!known) tell('check_run', 'created', { check_run: checkRunShape(world, repo, run, 'event') });
  if (run.status === 'completed') {
    tell('check_run', 'completed', { check_run: checkRunShape(world, repo, run, 'event') });
    const isDone = repo.checkRuns.every(
      (one) => one.commit !== commit || one.status === 'completed',
    );
    if (isDone) tell('check_suite', 'completed', { check_suite: suiteShape(world, repo, run) });
  }
  return run;
}

export function addStatus(
  context: Context,
  repo: Repo,
  by: User,
  given: Omit<Status, 'id' | 'at' | 'creator'>,
): Status {
  const { world } = context;
  const status = { id: world.nextId(), creator: by, at: world.now(), ...given };
  repo.statuses.push(status);
  const payload = statusEventShape(world, repo, status);
  context.hooks.emit('status', null, { repo, sender: by, payload });
  return status;
}

/** The newest status of each context on a commit. */
export function latestStatuses(repo: Repo, commit: string): Status[] {
  const newest = new Map<string, Status>();
  for (const status of repo.statuses) {
    if (status.commit === commit) newest.set(status.context, status);
  }
  return [...newest.values()];
}

export type CheckState = 'none' | 'pending' | 'passed' | 'failed';

/** The state of one required check, by its name. */
export function stateOfCheck(repo: Repo, commit: string, name: string): CheckState {
  const run = repo.checkRuns.find((one) => one.commit === commit && one.name === name);
  if (run) return stateOfRun(run);
  const status = latestStatuses(repo, commit).find((one) => one.context === name);
  return status ? stateOfStatus(status) : 'none';
}

/** All checks of a commit together. */
export function rollup(repo: Repo, commit: string): CheckState {
  const states = [
    ...repo.checkRuns.filter((run) => run.commit === commit).map(stateOfRun),
    ...latestStatuses(repo, commit).map(stateOfStatus),
  ];
  if (states.length === 0) return 'none';
  if (states.includes('failed')) return 'failed';
  return states.includes('pending') ? 'pending' : 'passed';
}

function stateOfRun(run: CheckRun): CheckState {
  if (run.status !== 'completed') return 'pending';
  return ['success', 'neutral', 'skipped'].includes(run.conclusion ?? '') ? 'passed' : 'failed';
}

function stateOfStatus(status: Status): CheckState {
  if (status.state === 'pending') return 'pending';
  return status.state === 'success' ? 'passed' : 'failed';
}
