/**
 * Writes a merge back to the repository it belongs to. Each way ends in one atomic step on the branch, so that whatever
 * ends the coordinator leaves nothing or the whole merge: a push, an `update-ref` that names the old value, or git's
 * own fast-forward where the branch is checked out, which never overwrites work that is not committed.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GitError, type Git } from '../git.ts';
import type { Address } from './address.ts';
import { finishCheckout } from './finish-checkout.ts';
import { listOf, type Refused } from './merge.ts';
import { tidy } from './problem.ts';
import { LOCAL_UPLOAD_PACK } from './remote-refs.ts';

export type Written =
  | { readonly kind: 'written' }
  /** Nothing was written: whether it may be has to be asked again. */
  | { readonly kind: 'unsure' }
  /** The branch is not where it was when the merge was made: fetch, and merge again. */
  | { readonly kind: 'moved' }
  | Refused;

export interface WriteOrder {
  readonly mirror: string;
  readonly address: Address;
  readonly base: string;
  /** Where the base must still stand. */
  readonly from: string;
  readonly to: string;
  /** For the reflog: `task-12`. */
  readonly taskId: string;
  /** Asked right before each write: whether it may be done still. */
  readonly mayWrite: () => boolean;
}

/** Pushing a large merge over a slow line; a stalled one ends much earlier. */
const PUSH_MS = 60 * 60_000;

export async function writeBack(order: WriteOrder, git: Git): Promise<Written> {
  if (order.address.kind === 'remote') return await push(order, order.address.url, git);
  const target = order.address.path;
  await bringObjects(order, target, git);
  const tree = await treeWithBranch(target, order.base, git);
  if (tree !== undefined) return await fastForward(order, tree, git);
  if (await isRebasing(target, order.base, git)) {
    const message = `${order.base} is being rebased in ${target}. Finish or abort that there, then approve again`;
    return { kind: 'refused', code: 'rebasing', message, files: [] };
  }
  if (!order.mayWrite()) return { kind: 'unsure' };
  const message = `koubou: merge ${order.taskId}`;
  const args = ['update-ref', '-m', message, `refs/heads/${order.base}`, order.to, order.from];
  const { code } = await git.run(args, { cwd: target, allow: [1, 128], timeoutMs: 0 });
  return code === 0 ? { kind: 'written' } : { kind: 'moved' };
}

async function push(
  { mirror, base, to, mayWrite }: WriteOrder,
  url: string,
  git: Git,
): Promise<Written> {
  if (!mayWrite()) return { kind: 'unsure' };
  const options = ['--no-follow-tags', '--no-signed', '--recurse-submodules=no'];
  try {
    await git.run(['push', ...options, '--', url, `${to}:refs/heads/${base}`], {
      gitDir: mirror,
      timeoutMs: PUSH_MS,
    });
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof GitError) || error.kind !== 'failed') throw error;
    if (/fetch first|non-fast-forward|remote ref updated|cannot lock ref/.test(error.stderr))
      return { kind: 'moved' };
    const message = `${url} did not take the merge into ${base}: ${tidy(error.stderr)}`;
    return { kind: 'refused', code: 'not_taken', message, files: [] };
  }
}

async function bringObjects({ mirror, to }: WriteOrder, target: string, git: Git): Promise<void> {
  const options = [
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    LOCAL_UPLOAD_PACK,
  ];
  await git.run(['fetch', ...options, '--', mirror, to], { cwd: target, timeoutMs: PUSH_MS });
}

/** The work tree that has the branch checked out: the checkout itself, or one added with `git worktree`. */
async function treeWithBranch(target: string, base: string, git: Git): Promise<string | undefined> {
  const { out } = await git.run(['worktree', 'list', '--porcelain', '-z'], { cwd: target });
  for (const entry of out.split('\0\0')) {
    const lines = entry.split('\0');
    const holds = lines.includes(`branch refs/heads/${base}`);
    const isThere = !lines.some((line) => line === 'bare' || line.startsWith('prunable'));
    const place = lines.find((line) => line.startsWith('worktree '));
    if (holds && isThere && place) return place.slice('worktree '.length);
  }
  return undefined;
}

/** A rebase has its branch checked out in all but name, and sets it at its end to where it saw it last. */
async function isRebasing(target: string, base: string, git: Git): Promise<boolean> {
  const { out } = await git.run(['rev-parse', '--absolute-git-dir'], { cwd: target });
  const gitDir = out.replace(/\n$/, '');
  const heads = ['rebase-merge', 'rebase-apply'].map(async (name) => {
    const file = path.join(gitDir, name, 'head-name');
    return await readFile(file, 'utf8').catch(() => ''); // None under way.
  });
  return (await Promise.all(heads)).some((head) => head.trim() === `refs/heads/${base}`);
}

async function fastForward(
  order: WriteOrder,
  tree: string,
  git: Git,
  again = true,
): Promise<Written> {
  const { from, to, base, taskId } = order;
  const head = await git.run(['rev-parse', 'HEAD'], { cwd: tree });
  if (head.out.trim() !== from) return { kind: 'moved' };
  if (!order.mayWrite()) return { kind: 'unsure' };
  const options = ['--ff-only', '--quiet', '--no-stat', '--no-autostash', '--no-verify-signatures'];
  try {
    // Without a time limit: a work tree must not be left half written.
    await git.run(['merge', ...options, to], {
      cwd: tree,
      timeoutMs: 0,
      env: { GIT_REFLOG_ACTION: `koubou: merge ${taskId}` },
    });
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof GitError) || error.kind !== 'failed') throw error;
    if (/Not possible to fast-forward|have diverged/.test(error.stderr)) return { kind: 'moved' };
    const files = error.stderr
      .split('\n')
      .flatMap((line) => (line.startsWith('\t') ? [line.slice(1)] : []));
    if (again && files.length > 0 && (await finishCheckout(tree, files, to, git))) {
      return await fastForward(order, tree, git, false);
    }
    const code = files.length === 0 ? 'not_taken' : 'in_the_way';
    return { kind: 'refused', code, message: inTheWay(tree, base, files, error), files };
  }
}

function inTheWay(tree: string, base: string, files: readonly string[], error: GitError): string {
  if (files.length === 0)
    return `${tree} did not take the merge into ${base}: ${tidy(error.stderr)}`;
  return (
    `${tree} has ${base} checked out with changes that are not committed in ${listOf(files)}, and the merge would ` +
    'overwrite them. Commit, stash or remove them there, then approve again'
  );
}
