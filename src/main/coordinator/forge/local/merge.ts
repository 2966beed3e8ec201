/**
 * Makes the merge of a change inside the mirror, where nothing of the user's is touched: a fast-forward where the base
 * has not moved, a merge commit where it has. What comes out is one commit, to be written back by `write-back.ts`.
 */
import type { Change, MergeRefusal, Task } from '../../../../shared/domain/task.ts';
import type { Git, GitError } from '../git.ts';
import { tidy } from './problem.ts';

export type Made =
  | { readonly kind: 'already_merged'; readonly commit: string }
  | { readonly kind: 'fast_forward' | 'merge_commit'; readonly commit: string }
  | Refused;

export interface Refused {
  readonly kind: 'refused';
  readonly code: MergeRefusal;
  readonly message: string;
  readonly files: string[];
}

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface MergeOrder {
  readonly mirror: string;
  readonly task: Task & { change: Change };
  /** The commit the base branch stands at. */
  readonly tip: string;
  readonly author: Identity;
  /** Epoch ms. */
  readonly now: number;
}

export async function makeMerge(
  { mirror, task, tip, author, now }: MergeOrder,
  git: Git,
): Promise<Made> {
  const { base, branch, commit } = task.change;
  const here = await git.run(['cat-file', '-e', `${commit}^{commit}`], {
    gitDir: mirror,
    allow: [1, 128],
  });
  if (here.code !== 0) {
    return refused(
      'change_gone',
      `the change of ${task.id} (${branch}) is not in the coordinator's mirror any more. Retry the task`,
    );
  }
  if (await isAncestor(mirror, commit, tip, git)) return { kind: 'already_merged', commit: tip };
  if (await isAncestor(mirror, tip, commit, git)) return { kind: 'fast_forward', commit };
  const merged = await mergeTrees(mirror, tip, commit, git);
  if (merged.files !== undefined) {
    const message =
      `${branch} and ${base} both changed the same lines of ${listOf(merged.files)}. ` +
      `Send the task back, so that it is done again on the newest ${base}`;
    return { kind: 'refused', code: 'conflict', message, files: merged.files };
  }
  const parents = ['-p', tip, '-p', commit];
  const { out } = await git.run(['commit-tree', merged.tree, ...parents, '-F', '-'], {
    gitDir: mirror,
    input: `Merge ${branch}: ${task.title}\n\nTask: ${task.id}\n`,
    env: identityOf(author, now),
  });
  return { kind: 'merge_commit', commit: out.trim() };
}

/** A refusal without files, from whatever stopped it. */
export function refusedBy(error: GitError, what: string): Refused {
  return refused('not_taken', `${what}: ${tidy(error.stderr) || error.message}`);
}

/** `a.txt`, or `a.txt and 3 more files`. */
export function listOf(files: readonly string[]): string {
  const [first = 'a file', ...more] = files;
  return more.length === 0
    ? first
    : `${first} and ${more.length} more file${more.length === 1 ? '' : 's'}`;
}

function refused(code: MergeRefusal, message: string): Refused {
  return { kind: 'refused', code, message, files: [] };
}

async function isAncestor(mirror: string, one: string, of: string, git: Git): Promise<boolean> {
  const answer = await git.run(['merge-base', '--is-ancestor', one, of], {
    gitDir: mirror,
    allow: [1],
  });
  return answer.code === 0;
}

/** The merged tree, or the files in conflict. */
async function mergeTrees(
  mirror: string,
  ours: string,
  theirs: string,
  git: Git,
): Promise<{ tree: string; files?: string[] }> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ours, theirs];
  const { code, out } = await git.run(args, { gitDir: mirror, allow: [1] });
  const [tree = '', ...files] = out.split('\0').filter((part) => part !== '');
  return code === 0 ? { tree: tree.trim() } : { tree, files };
}

function identityOf({ name, email }: Identity, now: number): Record<string, string> {
  const date = `@${Math.floor(now / 1_000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
