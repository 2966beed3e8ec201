/**
 * The cache of one repository: a bare mirror in `shared/cache/KEY.git`, fetched from the coordinator. All work trees of
 * that repository borrow its objects, so none may be removed from it while there is a tree (`careFor`).
 */
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { diskFailure } from './disk.ts';
import { StepFailure } from './failure.ts';
import { GitError, type Git } from './git.ts';
import { fetchRefs, isPassing, type Remote } from './remote.ts';

export interface MirrorDeps {
  readonly git: Git;
  /** `dir/shared/cache` of the agent. */
  readonly cacheDir: string;
  readonly coordinator: string;
  readonly now: () => number;
}

export interface Fetched {
  readonly mirror: string;
  /** The commit that the attempt starts from. */
  readonly start: string;
  /** How it came here, for the timeline. */
  readonly how: 'cached' | 'fetched' | 'cloned';
}

const CONFIG =
  '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogAllRefUpdates = false\n[gc]\n\tauto = 0\n';

/** The names of the repositories in the cache. */
export async function listMirrors(cacheDir: string): Promise<string[]> {
  const names = await readdir(cacheDir).catch((error: unknown) => {
    // Before the first of them there is no folder.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => name.endsWith('.git')).map((name) => name.slice(0, -'.git'.length));
}

/** Makes sure that the mirror holds what the attempt needs. @throws StepFailure */
export async function fetchFor(
  spec: AttemptSpec,
  deps: MirrorDeps,
  signal: AbortSignal,
): Promise<Fetched> {
  try {
    return await bring(spec, deps, signal);
  } catch (error) {
    if (error instanceof GitError) throw await explained(error, spec, deps);
    throw error;
  }
}

async function bring(spec: AttemptSpec, deps: MirrorDeps, signal: AbortSignal): Promise<Fetched> {
  const { repo } = spec;
  const mirror = path.join(deps.cacheDir, `${repo.key}.git`);
  const remote: Remote = remoteFor(spec, deps, signal);
  const isNew = await makeMirror(mirror, deps, signal);
  const has = async (commit: string): Promise<boolean> => {
    const answer = await deps.git(['cat-file', '-e', `${commit}^{commit}`], {
      cwd: mirror,
      signal,
      allow: [1, 128],
    });
    return answer.code === 0;
  };
  const known = !isNew && (await has(repo.baseCommit));
  // The branch of an earlier attempt may have moved under its name: it is asked for each time.
  if (known && repo.startFrom === null) return { mirror, start: repo.baseCommit, how: 'cached' };
  const branches = [repo.base, ...(repo.startFrom === null ? [] : [repo.startFrom])];
  const refs = branches.map((name) => `+refs/heads/${name}:refs/remotes/origin/${name}`);
  await fetchRefs(mirror, refs, remote);
  if (!(await has(repo.baseCommit))) {
    // The base branch was moved back meanwhile; the commit itself may still be asked for.
    await fetchRefs(mirror, [repo.baseCommit], remote);
  }
  // In one file, that a work tree can take over by copying.
  await deps.git(['pack-refs', '--all'], { cwd: mirror, signal });
  const how = isNew ? 'cloned' : 'fetched';
  if (repo.startFrom === null) return { mirror, start: repo.baseCommit, how };
  const { out } = await deps.git(['rev-parse', `refs/remotes/origin/${repo.startFrom}^{commit}`], {
    cwd: mirror,
    signal,
  });
  return { mirror, start: out.trim(), how };
}

/** The way to the coordinator for an attempt. */
export function remoteFor(
  { attemptId, gitToken, repo }: AttemptSpec,
  { coordinator, git }: Pick<MirrorDeps, 'coordinator' | 'git'>,
  signal: AbortSignal,
): Remote {
  return { coordinator, repoPath: repo.path, attemptId, gitToken, git, signal };
}

/** Writes its configuration, and notes when it was used. */
export async function touchMirror(mirror: string, now: number): Promise<void> {
  const config = path.join(mirror, 'config');
  await writeFile(config, CONFIG);
  await utimes(config, now / 1_000, now / 1_000);
}

/** When it was used last, epoch ms. */
export async function lastUsed(mirror: string): Promise<number> {
  return (await stat(path.join(mirror, 'config'))).mtimeMs;
}

/** Packs of fetches beyond which they are put together; each one more makes every look-up slower. */
const MOST_PACKS = 30;

/** True when it has so many packs that `careFor` is worth its time. */
export async function wantsCare(mirror: string): Promise<boolean> {
  const names = await readdir(path.join(mirror, 'objects/pack')).catch(() => []);
  return names.filter((name) => name.endsWith('.pack')).length > MOST_PACKS;
}

/** Puts its packs together and drops what no branch has any more. Only while no tree borrows from it. */
export async function careFor(mirror: string, git: Git): Promise<void> {
  await git(['gc', '-q', '--prune=now'], { cwd: mirror });
}

async function makeMirror(
  mirror: string,
  { git, now }: MirrorDeps,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await touchMirror(mirror, now());
    // Of a version whose work trees were part of the mirror.
    await rm(path.join(mirror, 'worktrees'), { recursive: true, force: true });
    return false;
  } catch {
    // It does not exist yet (or is no folder of a repository): made beside its place, so that it is whole or not there.
  }
  const fresh = `${mirror}.new`;
  await rm(fresh, { recursive: true, force: true });
  await rm(mirror, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await git(['init', '-q', '--bare', '--template='], { cwd: fresh, signal });
  await rename(fresh, mirror);
  await touchMirror(mirror, now());
  return true;
}

async function explained(
  error: GitError,
  { repo }: AttemptSpec,
  { cacheDir }: MirrorDeps,
): Promise<StepFailure> {
  const { stderr } = error;
  const ofDisk = await diskFailure(stderr, cacheDir);
  if (ofDisk) return ofDisk;
  if (/couldn't find remote ref|not our ref/.test(stderr)) {
    return new StepFailure(
      'branch_not_found',
      `${repo.base} (${repo.baseCommit}) is not in the repository any more: ${stderr}`,
    );
  }
  if (isPassing(error)) {
    return new StepFailure(
      'repo_unreachable',
      `the coordinator does not give out the repository: ${stderr}. See that it runs and that this PC reaches it.`,
    );
  }
  return new StepFailure(
    'workspace_failed',
    `the repository could not be fetched from the coordinator: ${stderr}`,
  );
}
