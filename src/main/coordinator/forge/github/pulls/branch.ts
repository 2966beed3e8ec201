/**
 * Brings the branch of a change from the coordinator's mirror to GitHub, and what others pushed onto it back into the mirror.
 * Nothing that somebody else pushed is ever overwritten: every push names what it replaces.
 */
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { GitError, type Git } from '../../git.ts';
import { tidy } from '../../local/problem.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';

export interface BranchPlace {
  readonly mirror: string;
  /** The repository at GitHub, over https. */
  readonly url: string;
  readonly branch: string;
  /** Epoch ms. */
  readonly now: number;
}

export interface PushOrder extends BranchPlace {
  readonly commit: string;
  /** What we left there last; `null`: nothing that is known. */
  readonly last: string | null;
}

export type Pushed =
  /** `head`: what stands there now, with the commit in it. */
  | { readonly kind: 'there'; readonly head: string }
  /** Somebody pushed what cannot be put together with it. The mirror's branch stands at `head`, theirs. */
  | { readonly kind: 'diverged'; readonly head: string; readonly files: readonly string[] };

const PUSH_MS = 60 * 60_000;
const SOON_MS = 30_000;
const NOBODY = { GIT_AUTHOR_NAME: 'Koubou', GIT_AUTHOR_EMAIL: 'koubou@localhost' };
const REFUSED =
  /protected branch|pre-receive hook declined|refusing to allow|GH\d{3}|Permission to .* denied|returned error: 403|not allowed|\[remote rejected\]/i;
const STALE = /stale info|fetch first|non-fast-forward|remote ref updated|cannot lock ref/;

export async function pushBranch(
  order: PushOrder,
  git: Git,
): Promise<Result<Pushed, GitHubProblem>> {
  return await guarded(order, async () => await push(order, git));
}

/** Fetches a branch of GitHub into the mirror. @returns its tip; `null`: there is no such branch */
export async function fetchBranch(
  order: BranchPlace,
  git: Git,
): Promise<Result<string | null, GitHubProblem>> {
  return await guarded(order, async () => {
    const tip = await tipOf(order, git);
    if (tip !== null) await fetchTip(order, tip, git);
    return tip;
  });
}

/** Lets the next attempt start from `head`, unless the mirror's branch stands elsewhere than at `from` by now. */
export async function moveMirror(
  { mirror, branch }: Pick<BranchPlace, 'mirror' | 'branch'>,
  head: string,
  from: string,
  git: Git,
): Promise<void> {
  const args = ['update-ref', `refs/heads/${branch}`, head, from];
  await git.run(args, { gitDir: mirror, allow: [1, 128] });
}

/**
 * Merges the base into a head that is in the mirror, and pushes it. @returns the merge, or the files in conflict
 */
export async function mergeBase(
  order: BranchPlace & { readonly base: string; readonly head: string },
  git: Git,
): Promise<Result<{ head: string } | { files: readonly string[] }, GitHubProblem>> {
  const { branch, base, head, mirror } = order;
  return await guarded(order, async () => {
    const onto = { ...order, branch: base };
    const tip = await tipOf(onto, git);
    if (tip === null) return { head };
    await fetchTip(onto, tip, git);
    await fetchTip(order, head, git);
    if (await isAncestor(mirror, tip, head, git)) return { head };
    const message = `Merge branch '${base}' into ${branch}\n`;
    const merged = await merge(order, { ours: head, theirs: tip, message }, git);
    if ('files' in merged) return merged;
    await pushOver(order, merged.head, head, git);
    return merged;
  });
}

/** Removes the branch when it still stands at `tip`; it may be gone. */
export async function removeBranch(
  order: BranchPlace & { readonly tip: string },
  git: Git,
): Promise<Result<null, GitHubProblem>> {
  return await guarded(order, async () => {
    if ((await tipOf(order, git)) === order.tip) await pushOver(order, '', order.tip, git);
    return null;
  });
}

async function push(order: PushOrder, git: Git): Promise<Pushed> {
  const { mirror, commit, last, branch } = order;
  const there = await tipOf(order, git);
  if (there === commit) return { kind: 'there', head: commit };
  if (there === null || there === last) {
    await pushOver(order, commit, there ?? '', git);
    return { kind: 'there', head: commit };
  }
  await fetchTip(order, there, git);
  if (await isAncestor(mirror, commit, there, git)) return { kind: 'there', head: there };
  if (await isAncestor(mirror, there, commit, git)) {
    await pushOver(order, commit, there, git);
    return { kind: 'there', head: commit };
  }
  const message = `Merge what was pushed to ${branch} meanwhile\n`;
  const merged = await merge(order, { ours: commit, theirs: there, message }, git);
  if ('files' in merged) {
    await moveMirror(order, there, commit, git);
    return { kind: 'diverged', head: there, files: merged.files };
  }
  await pushOver(order, merged.head, there, git);
  await moveMirror(order, merged.head, commit, git);
  return { kind: 'there', head: merged.head };
}

/** @param commit what is pushed; empty removes the branch @param expected what must stand there; empty: nothing */
async function pushOver(
  { mirror, url, branch }: BranchPlace,
  commit: string,
  expected: string,
  git: Git,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const options = ['--no-follow-tags', '--no-signed', '--recurse-submodules=no', '--no-verify'];
  const lease = `--force-with-lease=${ref}:${expected}`;
  await git.run(['push', ...options, lease, '--', url, `${commit}:${ref}`], {
    gitDir: mirror,
    timeoutMs: PUSH_MS,
  });
}

async function tipOf({ mirror, url, branch }: BranchPlace, git: Git): Promise<string | null> {
  const { out } = await git.run(['ls-remote', '--', url, `refs/heads/${branch}`], {
    gitDir: mirror,
  });
  return /^([0-9a-f]{40,64})\t/m.exec(out)?.[1] ?? null;
}

async function fetchTip(
  { mirror, url, branch }: BranchPlace,
  tip: string,
  git: Git,
): Promise<void> {
  const known = await git.run(['cat-file', '-e', `${tip}^{commit}`], {
    gitDir: mirror,
    allow: [1, 128],
  });
  if (known.code === 0) return;
  const options = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--quiet'];
  const refspec = `+refs/heads/${branch}:refs/upstream/${branch}`;
  await git.run(['fetch', ...options, '--', url, refspec], { gitDir: mirror, timeoutMs: PUSH_MS });
}

async function isAncestor(mirror: string, one: string, of: string, git: Git): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', one, of];
  return (await git.run(args, { gitDir: mirror, allow: [1] })).code === 0;
}

interface Sides {
  readonly ours: string;
  readonly theirs: string;
  readonly message: string;
}

async function merge(
  { mirror, now }: BranchPlace,
  { ours, theirs, message }: Sides,
  git: Git,
): Promise<{ head: string } | { files: readonly string[] }> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const { code, out } = await git.run(args, { gitDir: mirror, allow: [1] });
  const [tree = '', ...files] = out.split('\0').filter((part) => part !== '');
  if (code !== 0) return { files };
  const date = `@${Math.floor(now / 1_000)} +0000`;
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email } = NOBODY;
  const who = { ...NOBODY, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  const made = await git.run(['commit-tree', tree.trim(), '-p', ours, '-p', theirs, '-F', '-'], {
    gitDir: mirror,
    input: message,
    env: { ...who, ...dates },
  });
  return { head: made.out.trim() };
}

async function guarded<T>(
  { url, branch, now }: BranchPlace,
  run: () => Promise<T>,
): Promise<Result<T, GitHubProblem>> {
  try {
    return ok(await run());
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return fail(problemOf(error, `${branch} of ${url}`, now));
  }
}

function problemOf(error: GitError, what: string, now: number): GitHubProblem {
  const said = tidy(error.stderr) || error.message;
  const retryAt = now + SOON_MS;
  if (error.kind === 'aborted')
    return problem('aborted', `work on ${what} was stopped`, { retryAt });
  if (STALE.test(error.stderr))
    return problem('conflict', `${what} was moved by somebody at that moment`, {
      retryAt: now,
      said,
    });
  if (REFUSED.test(error.stderr)) {
    const text = `${what} was not taken by GitHub: ${said}. Give the account the right to push there, or ease the rule of the repository`;
    return problem('forbidden', text, { said });
  }
  const text = `${what} could not be brought to GitHub; it is tried again by itself (git: ${said})`;
  return problem('unreachable', text, { retryAt, said });
}
