/** Every change of repositories and their branches: made, pushed to, renamed, hidden, deleted. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Context } from '../context.ts';
import { branchRef, commitFiles, git, headOf, readRefs } from '../git.ts';
import { type Repo, type Role, type User } from '../model.ts';
import { fullName, repoNamed, userNamed } from '../world.ts';
import { refsMoved } from './pushes.ts';

export interface NewRepo {
  isPrivate?: boolean;
  /** The first commit on the default branch. Without files the repository is empty. */
  files?: Record<string, string>;
  description?: string;
  defaultBranch?: string;
  /** What people may do, by login; those not named may write. */
  roles?: Record<string, Role>;
  /** Whether GitHub removes the branch of a merged pull request. */
  deletesMergedBranches?: boolean;
  hasMergeQueue?: boolean;
}

/** `name` is `acme/shop`. */
export async function createRepo(context: Context, name: string, given: NewRepo): Promise<Repo> {
  const { world } = context;
  const [owner = '', short = ''] = name.split('/');
  if (repoNamed(world, name)) throw new Error(`The stand-in has ${name} already.`);
  const now = world.now();
  const id = world.nextId();
  const dir = path.join(context.root, `${String(id)}.git`);
  const defaultBranch = given.defaultBranch ?? 'main';
  const repo: Repo = {
    id,
    owner: userNamed(world, owner, 'Organization'),
    name: short,
    dir,
    isPrivate: given.isPrivate ?? false,
    isGone: false,
    defaultBranch,
    description: given.description ?? null,
    refs: new Map(),
    issues: new Map(),
    lastNumber: 0,
    labels: new Map(),
    milestones: [],
    roles: new Map(
      Object.entries(given.roles ?? {}).map(([who, role]) => [who.toLowerCase(), role]),
    ),
    protections: new Map(),
    hooks: [],
    checkRuns: [],
    statuses: [],
    allows: { merge: true, squash: true, rebase: true, autoMerge: true },
    deletesMergedBranches: given.deletesMergedBranches ?? false,
    hasMergeQueue: given.hasMergeQueue ?? false,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
  };
  await mkdir(dir, { recursive: true });
  await git(dir, 'init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`);
  await git(dir, 'config', 'http.receivepack', 'true');
  if (given.files) {
    const first = { branch: defaultBranch, parent: null, files: given.files, message: 'Begin' };
    await commitFiles(dir, first);
  }
  repo.refs = await readRefs(dir);
  world.repos.set(id, repo);
  context.hooks.emit('repository', 'created', { repo, sender: repo.owner, payload: {} });
  return repo;
}

/** Puts a commit with these files on a branch, as a person's push: null removes a file. */
export async function pushCommit(
  context: Context,
  repo: Repo,
  by: User,
  commit: { branch: string; files: Record<string, string | null>; message?: string; from?: string },
): Promise<string> {
  const { branch, files, message = 'Change by hand' } = commit;
  const parent = headOf(repo, branch) ?? headOf(repo, commit.from ?? repo.defaultBranch) ?? null;
  await commitFiles(repo.dir, { branch, files, message, parent });
  await refsMoved(context, repo, by);
  return repo.refs.get(branchRef(branch)) ?? '';
}

export function renameRepo(context: Context, repo: Repo, name: string, by: User): void {
  const from = repo.name;
  takeName(context, repo, () => {
    repo.name = name;
  });
  const payload = { changes: { repository: { name: { from } } } };
  context.hooks.emit('repository', 'renamed', { repo, sender: by, payload });
}

export function transferRepo(context: Context, repo: Repo, owner: string, by: User): void {
  takeName(context, repo, () => {
    repo.owner = userNamed(context.world, owner, 'Organization');
  });
  const { id, login } = by;
  const payload = { changes: { owner: { from: { user: { id, login } } } } };
  context.hooks.emit('repository', 'transferred', { repo, sender: by, payload });
}

export function makePrivate(context: Context, repo: Repo, by: User): void {
  repo.isPrivate = true;
  repo.updatedAt = context.world.now();
  context.hooks.emit('repository', 'privatized', { repo, sender: by, payload: {} });
}

export async function deleteRepo(context: Context, repo: Repo, by: User): Promise<void> {
  context.hooks.emit('repository', 'deleted', { repo, sender: by, payload: {} });
  repo.isGone = true;
  await rm(repo.dir, { recursive: true, force: true });
}

function takeName(context: Context, repo: Repo, change: () => void): void {
  const { world } = context;
  world.formerNames.set(fullName(repo).toLowerCase(), repo.id);
  change();
  world.formerNames.delete(fullName(repo).toLowerCase());
  repo.updatedAt = world.now();
}
