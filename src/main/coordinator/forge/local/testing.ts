/** Real repositories, tasks and clocks for the tests of the forge and the gateway. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../../shared/clock.ts';
import { Task, type Change } from '../../../../shared/domain/task.ts';
import { TaskId, attemptIdOf } from '../../../../shared/ids.ts';
import { openLocalForge, type LocalForge } from './local-forge.ts';

/** A clock that only a test moves: time limits never pass by themselves. */
export const stillClock: Clock = { now: () => 0, monotonic: () => 0, after: () => () => {} };

export interface Scratch extends Disposable {
  readonly dir: string;
  /** The environment of a user with nothing configured but a name. */
  readonly env: Readonly<Record<string, string | undefined>>;
  git(repo: string, ...args: string[]): string;
  /** Commits files (`null` removes one) and returns the commit. */
  commit(repo: string, files: Readonly<Record<string, string | null>>, message?: string): string;
  /** A checkout on `main` with the given files committed. */
  repo(name: string, files?: Readonly<Record<string, string>>): string;
  bare(name: string, from: string): string;
}

export function scratch(): Scratch {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'koubou-forge-')));
  const env = {
    PATH: process.env['PATH'],
    HOME: dir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: path.join(dir, '.gitconfig'),
  };
  writeFileSync(
    env.GIT_CONFIG_GLOBAL,
    '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n',
  );
  const git = (repo: string, ...args: string[]): string =>
    execFileSync('git', ['-C', repo, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim();
  const self: Scratch = {
    dir,
    env,
    git,
    commit(repo, files, message = 'a change') {
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(repo, name);
        if (text === null) {
          rmSync(file, { recursive: true });
          continue;
        }
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      git(repo, 'add', '-A');
      git(repo, 'commit', '-q', '--allow-empty', '-m', message);
      return git(repo, 'rev-parse', 'HEAD');
    },
    repo(name, files = { 'a.txt': 'one\ntwo\nthree\n' }) {
      const repo = path.join(dir, name);
      mkdirSync(repo, { recursive: true });
      git(repo, 'init', '-q');
      self.commit(repo, files, 'first');
      return repo;
    },
    bare(name, from) {
      git(dir, 'clone', '-q', '--bare', from, name);
      return path.join(dir, name);
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
  return self;
}

/** On repositories of its own; whoever opens it closes it. */
export function openTestForge({ dir, env }: Scratch): LocalForge {
  return openLocalForge({ dir: path.join(dir, 'repos'), clock: stillClock, env, home: dir });
}

export interface Pushed {
  /** A task of the repository, in review with that change. */
  readonly task: Reviewed;
  /** The mirror it was pushed to. */
  readonly mirror: string;
}

/** An agent's way: clone the mirror at its base, commit, push a branch. Again from the base each time. */
export async function pushChange(
  s: Scratch,
  forge: LocalForge,
  url: string,
  files: Readonly<Record<string, string | null>>,
  { base = 'main', branch = 'koubou/task-7-fix-it' } = {},
): Promise<Pushed> {
  const prepared = await forge.prepare({ url, base });
  if (!prepared.ok) throw new Error(prepared.error.message);
  const { key, baseCommit } = prepared.value;
  const mirror = forge.mirrorPath(key) ?? '';
  const work = path.join(s.dir, 'work');
  if (existsSync(work)) s.git(work, 'fetch', '-q', mirror);
  else s.git(s.dir, 'clone', '-q', mirror, work);
  s.git(work, 'checkout', '-q', '-f', '--detach', baseCommit);
  const commit = s.commit(work, files, 'what the agent did');
  s.git(work, 'push', '-q', mirror, `+HEAD:refs/heads/${branch}`);
  return { task: reviewed(url, { base, baseCommit, commit }), mirror };
}

export type Reviewed = Task & { change: Change };

/** A task in review with a pushed change. */
export function reviewed(
  url: string,
  change: Partial<Change> & Pick<Change, 'commit' | 'baseCommit'>,
): Reviewed {
  const id = TaskId.parse('task-7');
  const attemptId = attemptIdOf(id, 1);
  const whole: Change = {
    attemptId,
    branch: 'koubou/task-7-fix-it',
    base: 'main',
    stats: { files: 1, insertions: 1, deletions: 0 },
    tests: { outcome: 'skipped', why: 'no test command' },
    ...change,
  };
  const task = Task.parse({
    id,
    title: 'Fix it',
    body: '',
    repo: { url, base: whole.base },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
    state: 'review',
    specialty: null,
    createdAt: 0,
    createdBy: 'test',
    updatedAt: 0,
    queuedAt: null,
    attemptId,
    attempts: 1,
    failures: 0,
    losses: 0,
    change: whole,
    failure: null,
    merge: null,
    feedback: [],
    cancelReason: null,
  });
  return { ...task, change: whole };
}
