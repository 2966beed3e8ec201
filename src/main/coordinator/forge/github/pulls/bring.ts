/** Brings a change to GitHub: its branch is pushed, and its pull request is there and says what was done. */
import { engineOf } from '../../../../../shared/domain/engine.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { pushBranch, type Pushed } from './branch.ts';
import { isItsOwn, type At, type Changed, type PullsDeps } from './deps.ts';
import { ensurePull, type Opened } from './open-pull.ts';
import { pullBody, pullTitle } from './pull-text.ts';
import type { Records } from './records.ts';

export type Brought =
  | { readonly kind: 'open'; readonly number: number }
  /** Somebody pushed what does not go together with it. */
  | Extract<Pushed, { kind: 'diverged' }>
  /** The change does not count any more, or is not in the mirror. */
  | { readonly kind: 'stale' };

export interface BringDeps extends PullsDeps {
  readonly records: Records;
}

export async function bring(
  at: At,
  task: Changed,
  deps: BringDeps,
): Promise<Result<Brought, GitHubProblem>> {
  const { records, settings } = deps;
  const pushed = await push(at, task, deps);
  if (!pushed.ok) return pushed;
  if (pushed.value.kind !== 'there') return ok(pushed.value);
  const { pull, change } = task;
  // What is there and says so already is not looked for again.
  if (pull?.state === 'open' && records.of(task.id).opened === change.commit)
    return ok({ kind: 'open', number: pull.number });
  const opened = await open(at, task, deps, settings().pulls === 'draft');
  if (!opened.ok) return opened;
  records.change(task.id, { body: opened.value.body, opened: change.commit });
  return ok({ kind: 'open', number: opened.value.number });
}

/** The repository for git: with the account's credential, whatever address the task has for it. */
export function gitUrl({ client, place }: At): string {
  return `${client.host.web}/${place.owner}/${place.repo}.git`;
}

async function push(
  at: At,
  task: Changed,
  { records, mirrorOf, journal, git, clock }: BringDeps,
): Promise<Result<Pushed | { kind: 'stale' }, GitHubProblem>> {
  const { branch, commit } = task.change;
  const sent = records.of(task.id);
  if (sent.pushed === commit && sent.head !== null) return ok({ kind: 'there', head: sent.head });
  const mirror = mirrorOf(task.repo.url);
  // Checked again right before: while we waited for our turn it may have been sent back.
  if (mirror === undefined || !isCurrent(journal, task)) return ok({ kind: 'stale' });
  const order = { mirror, url: gitUrl(at), branch, commit, last: sent.head, now: clock.now() };
  const pushed = await pushBranch(order, git);
  if (!pushed.ok) return pushed;
  const { kind, head } = pushed.value;
  if (kind === 'there') records.change(task.id, { pushed: commit, head });
  else records.change(task.id, { head });
  return pushed;
}

/** True while it is still the change that it was when its work began. */
export function isCurrent(journal: PullsDeps['journal'], { id, change }: Changed): boolean {
  const now = journal.task(id);
  return now !== undefined && isItsOwn(journal, now) && now.change.commit === change.commit;
}

async function open(
  at: At,
  task: Changed,
  deps: BringDeps,
  isDraft: boolean,
): Promise<Result<Opened, GitHubProblem>> {
  const { journal, workshop } = deps;
  const attempt = journal.attempt(task.change.attemptId);
  const [said, files] = await Promise.all([wordsOf(task, deps), filesOf(task, deps)]);
  const facts = { task, home: at.place, said, files, workshop };
  const { kind: engine } = engineOf(task, attempt);
  const body = pullBody({ ...facts, ordinal: attempt?.ordinal ?? 1, engine });
  const written = deps.records.of(task.id).body;
  return await ensurePull(at, { task, title: pullTitle(task), body, isDraft, written });
}

/** The engine's own words; else those of the commit. */
async function wordsOf({ change, repo }: Changed, deps: BringDeps): Promise<string> {
  const said = await deps.lastWords(change.attemptId);
  const mirror = deps.mirrorOf(repo.url);
  if ((said !== null && said.trim() !== '') || mirror === undefined) return said ?? '';
  const args = ['log', '-1', '--format=%B', '--end-of-options', change.commit];
  const { out } = await deps.git.run(args, { gitDir: mirror, allow: [128] });
  return out;
}

async function filesOf({ change, repo }: Changed, { git, mirrorOf }: BringDeps): Promise<string[]> {
  const mirror = mirrorOf(repo.url);
  if (mirror === undefined) return [];
  const range = `${change.baseCommit}...${change.commit}`;
  const args = ['diff', '--name-only', '-z', '--end-of-options', range];
  const { out } = await git.run(args, { gitDir: mirror, allow: [128] });
  return out.split('\0').filter((name) => name !== '');
}
