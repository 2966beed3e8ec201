/** A repository of thousands of files and commits, for benchmarks: always the same, and made within seconds. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { git } from '../support/history-repo.ts';

const FILES = 4_000;
const COMMITS = 3_000;
/** Files that a commit changes. */
const CHANGED = 3;
const LINES = 50;

/** Makes it in `dir` (must not exist), with its work tree on branch `main`. */
export async function makeLargeRepo(dir: string): Promise<{ files: number; commits: number }> {
  git('/', 'init', '-q', '-b', 'main', dir);
  const child = spawn('git', ['-C', dir, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (let commit = 0; commit < COMMITS; commit += 1)
    if (!child.stdin.write(commitText(commit))) await once(child.stdin, 'drain');
  child.stdin.end();
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`git fast-import ended with ${child.exitCode}`);
  git(dir, 'reset', '-q', '--hard', 'main');
  // As repositories are found on servers.
  git(dir, 'repack', '-adq');
  return { files: FILES, commits: COMMITS };
}

function commitText(commit: number): string {
  const files =
    commit === 0
      ? Array.from({ length: FILES }, (_, file) => file)
      : Array.from({ length: CHANGED }, (_, n) => (commit * 7_919 + n * 1_013) % FILES);
  const message = `Change ${commit}`;
  return [
    'commit refs/heads/main',
    `committer Bench <bench@example.invalid> ${1_700_000_000 + commit * 60} +0000`,
    `data ${message.length}\n${message}`,
    ...files.map((file) => {
      const text = textOf(file, commit);
      return `M 100644 inline part-${file % 100}/file-${file}.ts\ndata ${text.length}\n${text}`;
    }),
    '',
  ].join('\n');
}

/** Each commit changes another line of a file. */
function textOf(file: number, commit: number): string {
  return Array.from({ length: LINES }, (_, line) => {
    const version = commit % LINES === line ? commit : 0;
    return `${createHash('md5').update(`${file} ${line} ${version}`).digest('hex')} of line ${line}\n`;
  }).join('');
}
