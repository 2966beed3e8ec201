/** The repositories that tasks work on: made at the start, and read at the end as any git client reads them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Repo {
  readonly name: string;
  /** What tasks are created with: a path or an http address. */
  readonly address: string;
  /** The folder that git reads. */
  readonly dir: string;
  /** Has files checked out, which must be as its branch says. */
  readonly hasTree: boolean;
}

export const CHECK = `#!/bin/sh
# The project's tests: every task's file has one line.
for file in work/*.txt; do
  [ "$(wc -l <"$file")" -eq 1 ] || exit 1
done
sleep 0.3
echo checked
`;

/** Makes a repository with one commit on `main`; `tests`: with a test command. */
export function makeRepo(dir: string, { bare, tests }: { bare: boolean; tests: boolean }): void {
  const tree = bare ? `${dir}.seed` : dir;
  mkdirSync(path.join(tree, 'work'), { recursive: true });
  git(tree, 'init', '-q', '-b', 'main');
  writeFileSync(path.join(tree, 'README.md'), 'A repository of the laboratory.\n');
  writeFileSync(path.join(tree, 'work/first.txt'), 'first\n');
  writeFileSync(path.join(tree, '.koubou.yaml'), `test: ${tests ? 'sh check.sh' : 'false'}\n`);
  writeFileSync(path.join(tree, 'check.sh'), CHECK);
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'Begin');
  if (bare) {
    git(path.dirname(dir), 'clone', '-q', '--bare', tree, dir);
    git(dir, 'config', 'core.logAllRefUpdates', 'always');
    git(dir, 'config', 'http.receivepack', 'true');
  }
  git(dir, 'config', 'gc.auto', '0');
}

export function git(cwd: string, ...args: readonly string[]): string {
  const who = { name: 'Laboratory', email: 'laboratory@example.invalid' };
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'],
      GIT_AUTHOR_NAME: who.name,
      GIT_AUTHOR_EMAIL: who.email,
      GIT_COMMITTER_NAME: who.name,
      GIT_COMMITTER_EMAIL: who.email,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  }).trimEnd();
}

/** Every step of `main` in its order, as the reflog has it, with the files of tasks that each one wrote. */
export function updatesOf({ dir }: Repo): { to: string; keys: string[] }[] {
  const steps = git(dir, 'reflog', 'show', '--format=%H', 'refs/heads/main')
    .split('\n')
    .filter((line) => line !== '')
    .toReversed();
  return steps.slice(1).map((to, i) => {
    const names = git(dir, 'diff', '--name-only', '--no-renames', steps[i] ?? '', to).split('\n');
    return { to, keys: names.flatMap((name) => /^work\/(work-\d+)\.txt$/.exec(name)?.[1] ?? []) };
  });
}

/** Files of tasks on `main`, by their key. */
export function filesOf({ dir }: Repo): Map<string, string> {
  const names = git(dir, 'ls-tree', '-r', '--name-only', 'main', 'work/').split('\n');
  const found = new Map<string, string>();
  for (const name of names) {
    const key = /^work\/(work-\d+)\.txt$/.exec(name)?.[1];
    if (key !== undefined) found.set(key, git(dir, 'show', `main:${name}`));
  }
  return found;
}
