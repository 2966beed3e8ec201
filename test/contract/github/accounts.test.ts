/** Signing in in every way, what is kept of it, and what happens when GitHub takes it no more. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';
import {
  problemOf,
  quickClock,
  valueOf,
} from '../../../src/main/coordinator/forge/github/testing.ts';
import {
  openTestAccounts,
  type TestAccounts,
  type TestAccountsOptions,
} from '../../../src/main/coordinator/forge/github/accounts/testing.ts';

const shop = { owner: 'acme', repo: 'shop' };
const ISSUES = 'GET /repos/{owner}/{repo}/issues';
const clock = quickClock();
let github: GitHubStandIn;
let host: string;
let open: TestAccounts[];

beforeEach(async () => {
  github = await startGitHub({ clock });
  host = github.web;
  open = [];
  await github.createRepo('acme/shop', { isPrivate: true, files: { 'README.md': '# Shop\n' } });
});

afterEach(async () => {
  for (const one of open) await one.close();
  expect(github.violations).toEqual([]);
  await github.close();
});

function start(options: TestAccountsOptions = {}): TestAccounts {
  const made = openTestAccounts({ clock, ...options });
  open.push(made);
  return made;
}

async function again(before: TestAccounts): Promise<TestAccounts> {
  const after = await before.again();
  open = [...open.filter((one) => one !== before), after];
  return after;
}

/** All that is on disk below a folder, as one text. */
function allOf(dir: string): string {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('signing in', () => {
  test('a classic token: who it is and what it may is known at once, and after a restart', async () => {
    const before = start();
    const token = github.createToken('ada', { scopes: ['repo'] });
    const { accounts } = valueOf(await before.accounts.signIn({ with: 'token', host, token }));
    expect(accounts).toMatchObject([
      { login: 'ada', kind: 'classic', scopes: ['repo'], state: 'ok', message: null },
    ]);
    expect(accounts[0]?.summary).toContain('open pull requests');
    const secrets = path.join(before.dir, 'secrets');
    expect(readFileSync(path.join(before.dir, 'accounts.json'), 'utf8')).not.toContain(token);
    const [file = ''] = readdirSync(secrets);
    expect(statSync(path.join(secrets, file)).mode & 0o777).toBe(0o600);
    const after = await again(before);
    expect(after.accounts.list()).toEqual(accounts);
    const client = valueOf(await after.accounts.clientFor(host, 'acme/shop'));
    expect((await client.rest(ISSUES, shop)).ok).toBe(true);
  });

  test('with a keychain, no file holds the token', async () => {
    const keychain = {
      seal: (text: string) => Promise.resolve(Buffer.from(text).toString('hex')),
      open: (sealed: string) => Promise.resolve(Buffer.from(sealed, 'hex').toString()),
    };
    const before = start({ keychain });
    const token = github.createToken('ada');
    valueOf(await before.accounts.signIn({ with: 'token', host, token }));
    expect(allOf(before.dir)).not.toContain(token);
    const after = await again(before);
    expect((await after.accounts.clientFor(host)).ok).toBe(true);
    expect((await valueOf(await after.accounts.clientFor(host)).rest('GET /user', {})).ok).toBe(
      true,
    );
  });

  test('a fine-grained token: what it may read is tried, what it lacks is learnt from refusals', async () => {
    const { accounts } = start();
    const permissions = { contents: 'read', issues: 'read', metadata: 'read' } as const;
    const token = github.createToken('ada', { permissions });
    const signed = valueOf(await accounts.signIn({ with: 'token', host, token }));
    expect(signed.accounts).toMatchObject([{ kind: 'fine_grained', scopes: null }]);
    expect(signed.accounts[0]?.summary).toContain('may not open pull requests');
    const client = valueOf(await accounts.clientFor(host));
    const made = await client.rest('POST /repos/{owner}/{repo}/issues', { ...shop, title: 'x' });
    expect(problemOf(made)).toMatchObject({ code: 'forbidden', give: 'issues=write' });
    expect(accounts.list()[0]?.rights).toContainEqual({
      right: 'write_issues',
      has: 'no',
      give: 'Issues: write',
    });
  });

  test('an App: an account for each place where it is installed, with tokens that are renewed', async () => {
    const { accounts } = start();
    await github.createRepo('other/thing', { isPrivate: true, files: { a: 'b' } });
    const installedAt = [{ account: 'acme' }, { account: 'other' }];
    const app = github.createApp({ name: 'Koubou Bot', installedAt });
    const order = { with: 'app', host, appId: String(app.id), privateKey: app.privateKey } as const;
    const signed = valueOf(await accounts.signIn(order));
    expect(signed.accounts.map(({ login }) => login)).toEqual([
      'koubou-bot[bot] at acme',
      'koubou-bot[bot] at other',
    ]);
    const client = valueOf(await accounts.clientFor(host, 'acme/shop'));
    expect((await client.rest(ISSUES, shop)).ok).toBe(true);
    const made = () =>
      github.requests.filter(({ path: asked }) => /access_tokens/.test(asked)).length;
    expect(made()).toBe(1);
    // An hour later the token has ended; two requests at once make one new one.
    await pass(3_600_000);
    const both = [client.rest(ISSUES, shop, { isFresh: true }), client.rest('GET /rate_limit', {})];
    expect((await Promise.all(both)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(made()).toBe(2);
    const wrong = await accounts.signIn({ ...order, privateKey: 'nonsense' });
    expect(problemOf(wrong).message).toContain('is not a PEM file');
    expect((await accounts.signIn({ ...order, installationId: 99_999 })).ok).toBe(false);
  });

  test('gh: its token is asked for again when it was changed there, and is never kept', async () => {
    const one = start();
    const order = { with: 'gh', host } as const;
    one.sayInGh(null);
    expect(problemOf(await one.accounts.signIn(order)).message).toContain('gh auth login');
    const first = github.createToken('ada');
    one.sayInGh(first);
    expect(valueOf(await one.accounts.signIn(order)).accounts).toMatchObject([{ kind: 'gh' }]);
    const client = valueOf(await one.accounts.clientFor(host));
    expect((await client.rest(ISSUES, shop)).ok).toBe(true);
    github.revokeToken(first);
    one.sayInGh(github.createToken('ada'));
    expect((await client.rest(ISSUES, shop, { isFresh: true })).ok).toBe(true);
    expect(readFileSync(path.join(one.dir, 'accounts.json'), 'utf8')).not.toContain(first);
  });

  test('a code: typed by a person, declined, or not offered without a client id', async () => {
    const none = await start().accounts.signIn({ with: 'device', host });
    expect(problemOf(none).message).toContain('github.clientId');
    const { accounts } = start({ clientId: 'Iv1.0123456789abcdef' });
    const signed = valueOf(await accounts.signIn({ with: 'device', host }));
    const { id = '', userCode = '' } = signed.device ?? {};
    expect(signed.device).toMatchObject({
      state: 'waiting',
      verificationUrl: `${host}/login/device`,
    });
    const changed = once(accounts);
    github.answerDeviceCode(userCode, 'ada');
    await changed;
    await expect.poll(() => accounts.deviceStatus(id)?.state).toBe('done');
    expect(accounts.deviceStatus(id)?.account).toMatchObject({ login: 'ada', kind: 'device' });
    const other = valueOf(await accounts.signIn({ with: 'device', host }));
    github.answerDeviceCode(other.device?.userCode ?? '', null);
    await expect.poll(() => accounts.deviceStatus(other.device?.id ?? '')?.state).toBe('failed');
    expect(accounts.deviceStatus(other.device?.id ?? '')?.message).toContain('declined');
  });

  test.each([
    ['a wrong token', 'unauthorized'],
    ['no encryption', 'invalid'],
    ['nobody there', 'unreachable'],
  ])('%s is refused, and nothing is kept', async (what, code) => {
    const { accounts, dir } = start();
    const address = {
      'a wrong token': host,
      'no encryption': 'http://github.example.com',
      'nobody there': 'http://127.0.0.1:9',
    }[what];
    const token = 'ghp_wrong0123456789';
    const told = problemOf(await accounts.signIn({ with: 'token', host: address, token }));
    expect(told.code).toBe(code);
    expect(JSON.stringify(told)).not.toContain(token);
    expect(accounts.list()).toEqual([]);
    expect(allOf(dir)).not.toContain(token);
  });
});

describe('a token that GitHub takes no more', () => {
  test('is told to people, asked with no more, and work goes on after signing in again', async () => {
    const one = start();
    const token = github.createToken('ada');
    valueOf(await one.accounts.signIn({ with: 'token', host, token }));
    const client = valueOf(await one.accounts.clientFor(host));
    github.revokeToken(token);
    expect(problemOf(await client.rest(ISSUES, shop)).code).toBe('unauthorized');
    expect(one.accounts.list()).toMatchObject([{ state: 'revoked' }]);
    expect(one.trouble()).toContain('Sign in again: koubou github sign-in --host');
    expect(one.trouble()).not.toContain(token);
    const asked = github.requests.length;
    expect(problemOf(await client.rest(ISSUES, shop)).code).toBe('unauthorized');
    expect(problemOf(await one.accounts.clientFor(host)).code).toBe('unauthorized');
    expect(github.requests).toHaveLength(asked);
    const back = once(one.accounts);
    const newer = github.createToken('ada');
    valueOf(await one.accounts.signIn({ with: 'token', host, token: newer }));
    await back;
    expect(one.accounts.list()).toHaveLength(1);
    expect(one.trouble()).toBeNull();
    // Whoever held the client before goes on with it.
    expect((await client.rest(ISSUES, shop)).ok).toBe(true);
  });

  test('is known after a restart, and good again when a check says so', async () => {
    const before = start();
    const token = github.createToken('ada');
    valueOf(await before.accounts.signIn({ with: 'token', host, token }));
    github.fault({ match: '/user', status: 401 });
    expect(await before.accounts.check()).toMatchObject([{ state: 'revoked' }]);
    const after = await again(before);
    expect(after.trouble()).toContain('Sign in again');
    expect(await after.accounts.check()).toMatchObject([{ state: 'ok', message: null }]);
    expect(after.trouble()).toBeNull();
  });
});

test('among several accounts the one that sees the repository is asked, and looked for once', async () => {
  const { accounts } = start();
  await github.createRepo('other/thing', { isPrivate: true, files: { a: 'b' } });
  for (const repos of [['acme/shop'], ['other/thing']]) {
    const login = repos[0] === 'acme/shop' ? 'ada' : 'bob';
    const token = github.createToken(login, { permissions: 'all', repos });
    valueOf(await accounts.signIn({ with: 'token', host, token }));
  }
  const [ada, bob] = accounts.list();
  const client = valueOf(await accounts.clientFor(host, 'other/thing'));
  expect(client.accountId).toBe(bob?.id);
  const asked = github.requests.length;
  expect(valueOf(await accounts.clientFor(host, 'Other/Thing')).accountId).toBe(bob?.id);
  expect(github.requests).toHaveLength(asked);
  expect(valueOf(await accounts.clientFor(host, 'acme/shop')).accountId).toBe(ada?.id);
  expect(problemOf(await accounts.clientFor(host, 'acme/nothing')).code).toBe('not_found');
  expect(problemOf(await accounts.clientFor('github.com', 'acme/shop')).code).toBe('not_signed_in');
});

test('a keychain that is locked is not a token that was revoked: unlocked, it goes on', async () => {
  let isLocked = false;
  const keychain = {
    seal: (text: string) => Promise.resolve(Buffer.from(text).toString('hex')),
    open: (sealed: string) =>
      Promise.resolve(isLocked ? null : Buffer.from(sealed, 'hex').toString()),
  };
  const before = start({ keychain });
  valueOf(await before.accounts.signIn({ with: 'token', host, token: github.createToken('ada') }));
  isLocked = true;
  const after = await again(before);
  const client = valueOf(await after.accounts.clientFor(host));
  expect(problemOf(await client.rest('GET /user', {})).message).toContain('Unlock it');
  expect(after.accounts.list()).toMatchObject([{ state: 'unreachable' }]);
  isLocked = false;
  expect((await client.rest('GET /user', {})).ok).toBe(true);
  expect(after.accounts.list()).toMatchObject([{ state: 'ok', message: null }]);
});

test('signing out forgets the account and its secret', async () => {
  const { accounts, dir } = start();
  const token = github.createToken('ada');
  const signed = valueOf(await accounts.signIn({ with: 'token', host, token }));
  const client = valueOf(await accounts.clientFor(host));
  await accounts.signOut(signed.accounts[0]?.id ?? '');
  expect(accounts.isSignedIn(host)).toBe(false);
  expect(allOf(dir)).not.toContain(token);
  expect((await client.rest('GET /user', {})).ok).toBe(false);
  expect(await accounts.signOut('gh-0000000000000000')).toBeUndefined();
});

test('a damaged list is moved aside, and people are told', async () => {
  const before = start();
  valueOf(await before.accounts.signIn({ with: 'token', host, token: github.createToken('ada') }));
  const file = path.join(before.dir, 'accounts.json');
  writeFileSync(file, '{"version":1,"accounts":[{');
  const after = await again(before);
  expect(after.accounts.list()).toEqual([]);
  expect(after.trouble()).toContain(`${file}.damaged`);
});

/** Resolves with the next change. */
async function once(accounts: TestAccounts['accounts']): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = accounts.subscribe(() => {
      end();
      resolve();
    });
  });
}

async function pass(ms: number): Promise<void> {
  await new Promise<void>((resolve) => clock.after(ms, resolve));
}
