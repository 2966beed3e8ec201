/**
 * The cache of one repository: a bare mirror in `shared/cache/KEY.git`, fetched from the coordinator, from which all
 * work trees of that repository come. Its configuration is ours: what an engine set in a work tree is undone.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { StepFailure, saysDiskFull, diskFull } from './failure.ts';
import { credentialConfig, GitError, type Git } from './git.ts';

export interface MirrorDeps {
  readonly git: Git;
  /** `dir/shared/cache` of the agent. */
  readonly cacheDir: string;
  readonly coordinator: string;
}

export interface Fetched {
  readonly mirror: string;
  /** The commit that the attempt starts from. */
  readonly start: string;
  /** How it came here, for the timeline. */
  readonly how: 'cached' | 'fetched' | 'cloned';
}

const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tlogAllRefUpdates = false\n';

/** What tools leave and nobody commits, also where a repository has no .gitignore for it. */
const EXCLUDE = [
  'node_modules/',
  '__pycache__/',
  '*.pyc',
  '.pytest_cache/',
  '.venv/',
  '.DS_Store',
  '',
].join('\n');

/** The names of the repositories in the cache. */
export async function listMirrors(cacheDir: string): Promise<string[]> {
  const names = await readdir(cacheDir);
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
  const isNew = await makeMirror(mirror, deps.git, signal);
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
  await fetchRefs(mirror, refs, spec, deps, signal);
  if (!(await has(repo.baseCommit))) {
    // The base branch was moved back meanwhile; the commit itself may still be asked for.
    await fetchRefs(mirror, [repo.baseCommit], spec, deps, signal);
  }
  const how = isNew ? 'cloned' : 'fetched';
  if (repo.startFrom === null) return { mirror, start: repo.baseCommit, how };
  const { out } = await deps.git(['rev-parse', `refs/remotes/origin/${repo.startFrom}^{commit}`], {
    cwd: mirror,
    signal,
  });
  return { mirror, start: out.trim(), how };
}

/** Undoes what `git config` inside a work tree set for all of them. */
export async function resetMirror(mirror: string): Promise<void> {
  await writeFile(path.join(mirror, 'config'), CONFIG);
  await writeFile(path.join(mirror, 'info/exclude'), EXCLUDE);
}

async function makeMirror(mirror: string, git: Git, signal: AbortSignal): Promise<boolean> {
  try {
    await resetMirror(mirror);
    return false;
  } catch {
    // It does not exist yet (or is no folder of a repository): made beside its place, so that it is whole or not there.
  }
  const fresh = `${mirror}.new`;
  await rm(fresh, { recursive: true, force: true });
  await rm(mirror, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  await git(['init', '-q', '--bare', '--template='], { cwd: fresh, signal });
  await mkdir(path.join(fresh, 'info'), { recursive: true });
  await rename(fresh, mirror);
  await resetMirror(mirror);
  return true;
}

async function fetchRefs(
  mirror: string,
  refs: string[],
  spec: AttemptSpec,
  deps: MirrorDeps,
  signal: AbortSignal,
): Promise<void> {
  const config = credentialConfig(deps.coordinator, spec.attemptId, spec.gitToken);
  const url = `${deps.coordinator}${spec.repo.path}`;
  await deps.git(['fetch', '-q', '--no-write-fetch-head', url, ...refs], {
    cwd: mirror,
    signal,
    config,
  });
}

async function explained(
  { stderr }: GitError,
  { repo }: AttemptSpec,
  deps: MirrorDeps,
): Promise<StepFailure> {
  if (saysDiskFull(stderr)) return await diskFull(deps.cacheDir);
  if (/couldn't find remote ref|not our ref/.test(stderr)) {
    return new StepFailure(
      'branch_not_found',
      `${repo.base} (${repo.baseCommit}) is not in the repository any more: ${stderr}`,
    );
  }
  if (/Failed to connect|Could not resolve|Connection (refused|reset)|timed out/i.test(stderr)) {
    return new StepFailure(
      'repo_unreachable',
      `the coordinator does not give out the repository: ${stderr}`,
    );
  }
  return new StepFailure(
    'workspace_failed',
    `the repository could not be fetched from the coordinator: ${stderr}`,
  );
}
