/**
 * What an earlier attempt had done, brought to the next one: laid into its tree as uncommitted changes when that attempt
 * was interrupted, or given as a patch file beside the tree when it failed, or does not fit any more.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { GitError, type Git } from './git.ts';
import { fetchRefs, isPassing, type Remote } from './remote.ts';
import { markSafe } from './safety.ts';

export interface Brought {
  /** For the timeline. */
  readonly how: string;
  /** The patch file. */
  readonly patch: string | null;
}

export interface WorkOptions {
  /** A clean tree at `start`. */
  readonly repo: string;
  readonly start: string;
  readonly spec: AttemptSpec;
  readonly remote: Remote;
  readonly git: Git;
  readonly signal: AbortSignal;
}

type Work = NonNullable<AttemptSpec['work']>;
type Run = (args: readonly string[], allow?: readonly number[]) => Promise<string>;

/** @throws GitError when the coordinator, or the disk, is the reason; work that is gone from there is done without */
export async function bringWork(o: WorkOptions): Promise<Brought | null> {
  const { work, author } = o.spec;
  if (work === null) return null;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const run: Run = async (args, allow = []) =>
    (await o.git(args, { cwd: o.repo, signal: o.signal, env, allow })).out;
  if (!(await fetchWork(o, work, run))) {
    return { how: `what ${work.attemptId} had done is not there any more`, patch: null };
  }
  if (work.use === 'context') {
    return { how: `with what ${work.attemptId} had tried`, patch: await writePatch(o, work, run) };
  }
  const merged = await merge(o.start, work.commit, run);
  if (merged !== null) {
    await lay(o, merged, run);
    return { how: `goes on from what ${work.attemptId} had done`, patch: null };
  }
  return {
    how: `what ${work.attemptId} had done does not fit the branch as it is now, and is given as a patch`,
    patch: await writePatch(o, work, run),
  };
}

async function fetchWork({ repo, remote }: WorkOptions, work: Work, run: Run): Promise<boolean> {
  // By its branch first, which every server gives out; that may have moved on.
  for (const ref of [`refs/heads/${work.branch}`, work.commit]) {
    try {
      await fetchRefs(repo, [`+${ref}:refs/koubou/work`], remote);
      await run(['rev-parse', '--verify', '-q', `${work.commit}^1^{tree}`]);
      await run(['update-ref', 'refs/koubou/work', work.commit]);
      return true;
    } catch (error) {
      if (!(error instanceof GitError) || isPassing(error)) throw error;
    }
  }
  return false;
}

/** The tree of `start` with the work in it; `null` when they changed the same lines. */
async function merge(start: string, commit: string, run: Run): Promise<string | null> {
  const treeOf = async (revision: string): Promise<string> =>
    (await run(['rev-parse', `${revision}^{tree}`])).trim();
  const [from, to, done] = [await treeOf(`${commit}^1`), await treeOf(start), await treeOf(commit)];
  if (from === to) return done;
  // Commits of their own, so that git versions which cannot be told the base find it.
  const commitOf = async (tree: string, ...parents: string[]): Promise<string> =>
    (await run(['commit-tree', tree, '-m', 'merge', ...parents.flatMap((p) => ['-p', p])])).trim();
  const base = await commitOf(from);
  const [ours, theirs] = [await commitOf(to, base), await commitOf(done, base)];
  const out = await run(['merge-tree', '--write-tree', '--no-messages', ours, theirs], [1]);
  // With conflicts, files follow the tree.
  return /^[0-9a-f]{40,64}\n$/.test(out) ? out.trim() : null;
}

/** Makes the files be those of `tree`, with index and HEAD at `start`. */
async function lay({ repo, start, git }: WorkOptions, tree: string, run: Run): Promise<void> {
  await run(['read-tree', '--reset', '-u', tree]);
  await run(['reset', '-q', '--mixed', start]);
  const laid = await run(['commit-tree', tree, '-p', start, '-m', 'Laid into the tree']);
  await markSafe(repo, 'laid', laid.trim(), git);
}

/** A patch is for reading: more of it than this, nobody takes in. */
const PATCH_BYTES = 1024 * 1024;

async function writePatch({ repo }: WorkOptions, { commit }: Work, run: Run): Promise<string> {
  const file = path.join(path.dirname(repo), 'last-attempt.patch');
  const stat = await run(['diff', '--stat=200', '--no-renames', `${commit}^1`, commit]);
  const whole = `The whole of it is in commit ${commit} (git show ${commit}).`;
  let text: string;
  try {
    text = await run(['diff', '--no-ext-diff', '--no-renames', `${commit}^1`, commit]);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    text = `It is too large to be shown. ${whole}\n`;
  }
  const bytes = Buffer.from(`${stat}\n${text}`);
  if (bytes.length > PATCH_BYTES) {
    const end = bytes.lastIndexOf('\n', PATCH_BYTES - 200) + 1;
    await writeFile(file, [bytes.subarray(0, end), Buffer.from(`… cut off here. ${whole}\n`)]);
  } else {
    await writeFile(file, bytes);
  }
  return file;
}
