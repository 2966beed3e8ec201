/**
 * A git repository with real contents and a long history: the published versions of the `semver` package,
 * committed in order. Fetched once with the npm client and kept in a cache folder between runs.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FIRST = '5.0.0';
const LAST = '7.7.2';

/** Makes the repository in `dir` (must not exist) with branch `main`; returns the number of commits. */
export function makeHistoryRepo(dir: string): number {
  const source = cachedHistory();
  cpSync(source, dir, { recursive: true });
  return Number(git(dir, 'rev-list', '--count', 'HEAD'));
}

/** Commits files that are in the work tree of a repository made for a test. */
export function commitAll(dir: string, message: string): void {
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', message);
}

export function git(cwd: string, ...args: string[]): string {
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.invalid',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.invalid',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  return execFileSync('git', args, { cwd, env, encoding: 'utf8' }).trim();
}

function cachedHistory(): string {
  const cache = path.join(tmpdir(), `koubou-test-history-${FIRST}-${LAST}`);
  if (existsSync(cache)) return cache;
  const work = mkdtempSync(path.join(tmpdir(), 'koubou-history-'));
  try {
    build(path.join(work, 'repo'), path.join(work, 'packs'));
    renameSync(path.join(work, 'repo'), cache);
  } catch (error) {
    // Another test process may have been faster; its result is as good.
    if (!existsSync(cache)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return cache;
}

function build(repo: string, packs: string): void {
  mkdirSync(packs);
  mkdirSync(repo);
  const versions = publishedVersions();
  const specs = versions.map((version) => `semver@${version}`);
  execFileSync('npm', ['pack', '--silent', ...specs], {
    cwd: packs,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  git(repo, 'init', '-q', '-b', 'main');
  for (const version of versions) {
    for (const entry of readdirSync(repo)) {
      if (entry !== '.git') rmSync(path.join(repo, entry), { recursive: true });
    }
    execFileSync('tar', [
      '-xzf',
      path.join(packs, `semver-${version}.tgz`),
      '--strip-components=1',
      '-C',
      repo,
    ]);
    git(repo, 'add', '-A');
    git(repo, 'commit', '-q', '--allow-empty', '-m', version);
  }
}

function publishedVersions(): string[] {
  const json = execFileSync('npm', ['view', 'semver', 'versions', '--json'], { encoding: 'utf8' });
  const all: unknown = JSON.parse(json);
  if (!Array.isArray(all)) throw new Error('npm view gave no list of versions');
  const stable = all.filter(
    (version): version is string => typeof version === 'string' && !version.includes('-'),
  );
  return stable.slice(stable.indexOf(FIRST), stable.indexOf(LAST) + 1);
}
