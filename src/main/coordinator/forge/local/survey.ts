/** What the files of a commit tell of a repository without a checkout: what its `.koubou.yaml` says, and which files of known names it has. */
import type { Git } from '../git.ts';
import type { Survey, SurveyQuery } from '../port.ts';

/** Names are read as they come, so that a repository of any size costs no memory. */
const MOST_FOUND = 2_000;
const LONGEST_NAME = 4_096;

/** @throws GitError when there is no such commit */
export async function readSurvey(
  mirror: string,
  commit: string,
  { isWanted, file, mostBytes }: SurveyQuery,
  { git, signal }: { readonly git: Git; readonly signal: AbortSignal },
): Promise<Survey> {
  const found: string[] = [];
  let hasFile = false;
  let rest = '';
  const decoder = new TextDecoder();
  await git.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit], {
    gitDir: mirror,
    signal,
    onOutput(chunk) {
      const names = (rest + decoder.decode(chunk, { stream: true })).split('\0');
      rest = (names.pop() ?? '').slice(-LONGEST_NAME);
      for (const name of names) {
        if (name === file) hasFile = true;
        if (found.length < MOST_FOUND && isWanted(name)) found.push(name);
      }
      return true;
    },
  });
  const text = hasFile ? await readFile(mirror, `${commit}:${file}`, mostBytes, git) : null;
  return { commit, found, text };
}

async function readFile(mirror: string, blob: string, most: number, git: Git): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  await git.run(['cat-file', 'blob', blob], {
    gitDir: mirror,
    onOutput(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      return size <= most;
    },
  });
  return Buffer.concat(chunks).toString('utf8');
}
