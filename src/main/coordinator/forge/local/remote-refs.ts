/** What branches a repository has, and which is its default: read without changing anything, here or there. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { GitError, type Git } from '../git.ts';
import type { RepoProblem } from '../port.ts';
import { textOf, type Address } from './address.ts';
import { problemOf } from './problem.ts';

/** A server that has not said what it holds after this time will not. */
const ANSWER_MS = 30_000;

/** Runs the other end of a local repository, whoever owns it: a person named it to be worked on. */
export const LOCAL_UPLOAD_PACK = '--upload-pack=git -c "safe.directory=*" upload-pack';

export interface RemoteRefs {
  /** The branch that HEAD names, when it exists. */
  readonly head: string | null;
  /** Commit of each branch by its short name. */
  readonly branches: ReadonlyMap<string, string>;
}

export async function readRemoteRefs(
  git: Git,
  address: Address,
  signal: AbortSignal,
): Promise<Result<RemoteRefs, RepoProblem>> {
  const name = textOf(address);
  const upload = address.kind === 'local' ? [LOCAL_UPLOAD_PACK] : [];
  const args = ['ls-remote', '--symref', ...upload, '--', name, 'HEAD', 'refs/heads/*'];
  try {
    const { out } = await git.run(args, { timeoutMs: ANSWER_MS, signal });
    const refs = parse(out);
    if (refs.branches.size > 0) return ok(refs);
    const message = `${name} has no commits yet. Commit something there (git commit), then try again`;
    return fail({ code: 'repo_empty', message });
  } catch (error) {
    if (error instanceof GitError) return fail(problemOf(error, name));
    throw error;
  }
}

/** The folder that stands for a local repository: the top of its checkout, or the bare repository. */
export async function findLocal(git: Git, folder: string): Promise<Result<string, RepoProblem>> {
  const looked = await look(folder);
  if (!looked.ok) return looked;
  try {
    const top = await git.run(['rev-parse', '--show-toplevel'], { cwd: folder, allow: [128] });
    if (top.code === 0) return ok(path.resolve(top.out.replace(/\n$/, '')));
    const { out } = await git.run(['rev-parse', '--is-bare-repository', '--absolute-git-dir'], {
      cwd: folder,
    });
    const [bare, gitDir = folder] = out.split('\n');
    return ok(path.resolve(bare === 'true' ? gitDir : path.dirname(gitDir)));
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (error.kind !== 'failed' || !/not a git repository/.test(error.stderr))
      return fail(problemOf(error, folder));
    const message = `${folder} is a folder, but no git repository. Run "git init" and commit there, or give another path`;
    return fail({ code: 'repo_not_found', message });
  }
}

async function look(folder: string): Promise<Result<null, RepoProblem>> {
  try {
    if ((await stat(folder)).isDirectory()) return ok(null);
    return fail({
      code: 'repo_not_found',
      message: `${folder} is a file. Give the folder of a git repository`,
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return fail({
        code: 'repo_not_found',
        message: `there is nothing at ${folder}. Check the path`,
      });
    }
    const why = code === 'EACCES' ? 'this user may not look into it' : String(error);
    return fail({ code: 'repo_unreachable', message: `${folder} cannot be read: ${why}` });
  }
}

function parse(out: string): RemoteRefs {
  const branches = new Map<string, string>();
  let named: string | null = null;
  for (const line of out.split('\n')) {
    const [value = '', ref = ''] = line.split('\t');
    if (ref === 'HEAD' && value.startsWith('ref: refs/heads/'))
      named = value.slice('ref: refs/heads/'.length);
    else if (ref.startsWith('refs/heads/')) branches.set(ref.slice('refs/heads/'.length), value);
  }
  return { head: named !== null && branches.has(named) ? named : null, branches };
}
