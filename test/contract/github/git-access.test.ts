/** Git reads and writes what an account sees, with a credential that nobody else gets to see. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';
import { withCredentials } from '../../../src/main/coordinator/forge/credentials.ts';
import { createGit, type Git } from '../../../src/main/coordinator/forge/git.ts';
import {
  openLocalForge,
  type LocalForge,
} from '../../../src/main/coordinator/forge/local/local-forge.ts';
import {
  scratch,
  stillClock,
  type Scratch,
} from '../../../src/main/coordinator/forge/local/testing.ts';
import { serve, valueOf } from '../../../src/main/coordinator/forge/github/testing.ts';
import {
  openTestAccounts,
  type TestAccounts,
} from '../../../src/main/coordinator/forge/github/accounts/testing.ts';

let github: GitHubStandIn;
let place: Scratch;
let one: TestAccounts;
let forge: LocalForge;
let git: Git;
let token: string;
let url: string;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepo('acme/shop', { isPrivate: true, files: { 'README.md': '# Shop\n' } });
  place = scratch();
  one = openTestAccounts();
  token = github.createToken('ada');
  valueOf(await one.accounts.signIn({ with: 'token', host: github.web, token }));
  const about = { dir: path.join(place.dir, 'repos'), clock: stillClock, home: place.dir };
  forge = openLocalForge({ ...about, env: place.env, credentials: one.accounts });
  git = withCredentials(createGit({ env: place.env, clock: stillClock }), one.accounts);
  url = `${github.web}/acme/shop`;
});

afterEach(async () => {
  await forge.close();
  await one.close();
  place[Symbol.dispose]();
  expect(github.violations).toEqual([]);
  await github.close();
});

test('a private repository is mirrored with what somebody signed in with, and not without', async () => {
  expect(valueOf(await forge.inspect(url, null))).toEqual({ url, base: 'main' });
  const prepared = valueOf(await forge.prepare({ url, base: null }));
  expect(await forge.hasCommit(prepared.key, prepared.baseCommit)).toBe(true);
  const [account] = one.accounts.list();
  await one.accounts.signOut(account?.id ?? '');
  const refused = await forge.inspect(url, null);
  expect(refused).toMatchObject({ ok: false, error: { code: 'repo_auth_required' } });
});

test('a push is taken, too', async () => {
  const work = place.repo('work');
  const refspec = 'HEAD:refs/heads/koubou/task-1-x';
  await git.run(['push', '--', url, refspec], { cwd: work });
  const { out } = await git.run(['ls-remote', '--', url, 'refs/heads/koubou/*'], {});
  expect(out).toContain(place.git(work, 'rev-parse', 'HEAD'));
});

test('the credential is in no argument, and in no text that is shown', async () => {
  const seen = path.join(place.dir, 'seen');
  mkdirSync(path.join(place.dir, 'bin'));
  const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
  const wrapper = `#!/bin/sh\necho "$0 $*" >> '${seen}'\nexec '${real}' "$@"\n`;
  writeFileSync(path.join(place.dir, 'bin/git'), wrapper);
  chmodSync(path.join(place.dir, 'bin/git'), 0o755);
  const env = { ...place.env, PATH: `${path.join(place.dir, 'bin')}:${place.env['PATH'] ?? ''}` };
  const spied = withCredentials(createGit({ env, clock: stillClock }), one.accounts);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  await spied.run(['ls-remote', '--', url], {});
  const missing = await spied.run(['ls-remote', '--', `${github.web}/acme/none`], {}).catch(String);
  expect(missing).toContain('GitError');
  const shown = `${readFileSync(seen, 'utf8')}${JSON.stringify(missing)}`;
  expect(shown).toContain('ls-remote');
  expect(shown).not.toContain(token);
  expect(shown).not.toContain(basic);
});

test('no other host gets it: not by its address, and not by a redirect', async () => {
  // Speaks git well enough to be asked more: whoever follows a redirect asks it with all headers.
  const other = await serve((_, response) => {
    const type = 'application/x-git-upload-pack-advertisement';
    const hello = '001e# service=git-upload-pack\n0000000eversion 2\n000cls-refs\n0000';
    response.writeHead(200, { 'content-type': type }).end(hello);
  });
  github.fault({
    match: '/acme/shop/info/refs',
    status: 302,
    headers: { location: `${other.url}/acme/shop/info/refs?service=git-upload-pack` },
    times: 4,
  });
  await expect(git.run(['ls-remote', '--', url], {})).rejects.toThrow('ls-remote failed');
  await expect(git.run(['ls-remote', '--', `${other.url}/acme/shop`], {})).rejects.toThrow(
    'ls-remote failed',
  );
  const headers = other.requests.map(({ headers: { authorization } }) => authorization);
  expect(headers.length).toBeGreaterThan(0);
  expect(new Set(headers)).toEqual(new Set([undefined]));
  expect(await one.accounts.gitEnv(`${other.url}/acme/shop`)).toBeNull();
  expect(await one.accounts.gitEnv('git@github.com:acme/shop.git')).toBeNull();
  expect(await one.accounts.gitEnv(url.replace('http:', 'https:'))).toBeNull();
  await other.close();
});

test('a renamed repository is found under its old address', async () => {
  github.renameRepo('acme/shop', 'store');
  const { out } = await git.run(['ls-remote', '--', url, 'refs/heads/main'], {});
  expect(out).toContain('refs/heads/main');
});

test('a token that was changed meanwhile is taken up in the middle', async () => {
  const first = github.createToken('bob');
  one.sayInGh(first);
  for (const { id } of one.accounts.list()) await one.accounts.signOut(id);
  valueOf(await one.accounts.signIn({ with: 'gh', host: github.web }));
  await git.run(['ls-remote', '--', url], {});
  github.revokeToken(first);
  one.sayInGh(github.createToken('bob'));
  const { out } = await git.run(['ls-remote', '--', url], {});
  expect(out).toContain('refs/heads/main');
});
