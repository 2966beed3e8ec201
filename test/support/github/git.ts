/** Git on the bare repositories of the stand-in: every merge, comparison and branch is done by git itself. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type MergeMethod, type PullFacts, type Repo } from './model.ts';

const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'GitHub',
  GIT_AUTHOR_EMAIL: 'noreply@github.com',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@github.com',
};

/** What git printed, without the last line break. Throws what git said when it fails. */
export async function git(dir: string, ...args: string[]): Promise<string> {
  const result = await tryGit(dir, ...args);
  if (result.code !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** As `git`, where failing is an answer too. */
export function tryGit(dir: string, ...args: string[]): Promise<Outcome> {
  return run(dir, args, '');
}

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function run(dir: string, args: string[], input: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: dir, env: ENV, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, stdout: stdout.replace(/\n$/u, ''), stderr });
    });
    // A git that ends early takes its end of the pipe along; its code tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

export interface Commit {
  branch: string;
  /** Null for the first commit of the branch. */
  parent: string | null;
  /** Null removes a file. */
  files: Record<string, string | null>;
  message: string;
}

/** Puts a commit on a branch of a bare repository. */
export async function commitFiles(dir: string, commit: Commit): Promise<void> {
  const data = (text: string) => `data ${String(Buffer.byteLength(text))}\n${text}\n`;
  const seconds = Math.floor(Date.now() / 1000);
  const changes = Object.entries(commit.files).map(([name, content]) =>
    content === null ? `D ${name}\n` : `M 100644 inline ${name}\n${data(content)}`,
  );
  const stream = [
    `commit ${branchRef(commit.branch)}\n`,
    `committer GitHub <noreply@github.com> ${String(seconds)} +0000\n`,
    data(commit.message),
    commit.parent === null ? '' : `from ${commit.parent}\n`,
    ...changes,
    '\n',
  ];
  const result = await run(dir, ['fast-import', '--quiet', '--force'], stream.join(''));
  if (result.code !== 0) throw new Error(`git fast-import: ${result.stderr}`);
}

export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

/** The commit of a branch, as git had it when `readRefs` was last called. */
export function headOf(repo: Repo, branch: string): string | undefined {
  return repo.refs.get(branchRef(branch));
}

/** Every branch and tag with its commit. */
export async function readRefs(dir: string): Promise<Map<string, string>> {
  const lines = await git(dir, 'for-each-ref', '--format=%(refname) %(objectname)');
  const pairs = lines.split('\n').filter(Boolean);
  return new Map(pairs.map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
}

/** What git says of a pull request's two commits. */
export async function compare(dir: string, base: string, head: string): Promise<PullFacts> {
  const range = `${base}...${head}`;
  const [tree, counts, numbers, states, patch] = await Promise.all([
    tryGit(dir, 'merge-tree', '--write-tree', base, head),
    git(dir, 'rev-list', '--left-right', '--count', range),
    git(dir, 'diff', '--numstat', '--no-renames', range),
    git(dir, 'diff', '--name-status', '--no-renames', range),
    git(dir, 'diff', '--no-renames', range),
  ]);
  const [behind = '0', ahead = '0'] = counts.split('\t');
  const patches = patchesByFile(patch);
  const status = new Map(states.split('\n').map((line) => [line.slice(2), line[0] ?? 'M']));
  const files = numbers.split('\n').filter(Boolean);
  return {
    hasConflict: tree.code !== 0,
    isBehind: behind !== '0',
    commits: Number(ahead),
    files: files.map((line) => {
      const [additions = '0', deletions = '0', name = ''] = line.split('\t');
      return {
        name,
        status: { A: 'added', D: 'removed' }[status.get(name) ?? 'M'] ?? 'modified',
        additions: Number(additions) || 0,
        deletions: Number(deletions) || 0,
        patch: patches.get(name) ?? '',
      };
    }),
  };
}

function patchesByFile(diff: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of diff.split(/^diff --git /mu).slice(1)) {
    const name = /^a\/(.+) b\/\1$/mu.exec(part)?.[1] ?? '';
    const start = part.indexOf('\n@@ ');
    found.set(name, start < 0 ? '' : part.slice(start + 1).trimEnd());
  }
  return found;
}

export interface Merge {
  base: string;
  head: string;
  method: MergeMethod;
  message: string;
}

/** The commit that comes of merging; null on a conflict. The base branch is not moved. */
export async function mergeCommits(dir: string, merge: Merge): Promise<string | null> {
  if (merge.method === 'rebase') return rebased(dir, merge);
  const tree = await tryGit(dir, 'merge-tree', '--write-tree', merge.base, merge.head);
  if (tree.code !== 0) return null;
  const parents = ['-p', merge.base, ...(merge.method === 'merge' ? ['-p', merge.head] : [])];
  const [treeId = ''] = tree.stdout.split('\n');
  return git(dir, 'commit-tree', treeId, ...parents, '-m', merge.message);
}

/** Rebasing needs files: done in a work tree that is there for it alone. */
async function rebased(dir: string, merge: Merge): Promise<string | null> {
  const tree = await mkdtemp(path.join(tmpdir(), 'github-rebase-'));
  try {
    await git(dir, 'worktree', 'add', '--detach', '--force', tree, merge.head);
    const result = await tryGit(tree, 'rebase', merge.base);
    return result.code === 0 ? await git(tree, 'rev-parse', 'HEAD') : null;
  } finally {
    await rm(tree, { recursive: true, force: true });
    await git(dir, 'worktree', 'prune');
  }
}
