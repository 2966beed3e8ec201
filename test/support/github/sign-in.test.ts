/** The stand-in's ways to sign in, and what each kind of token may do. */
import { createPrivateKey, sign } from 'node:crypto';
import { Octokit } from '@octokit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git, tryGit } from './git.ts';
import { type GitHubStandIn, startGitHub } from './start-github.ts';

const START = Date.parse('2026-01-05T09:00:00Z');
const shop = { owner: 'acme', repo: 'shop' };
let now: number;
let github: GitHubStandIn;

beforeEach(async () => {
  now = START;
  github = await startGitHub({ clock: { now: () => now } });
  await github.createRepo('acme/shop', { files: { 'README.md': '# Shop\n' }, isPrivate: true });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

const as = (auth?: string) =>
  new Octokit({ baseUrl: github.api, ...(auth !== undefined && { auth }) });
const caught = async (call: Promise<unknown>) =>
  (await call.then(
    () => null,
    (error: unknown) => error,
  )) as {
    status: number;
    message: string;
    response: { headers: Record<string, string> };
  };

describe('tokens', () => {
  it('of the classic kind tell their scopes, and see nothing private without them', async () => {
    const weak = github.createToken('bot', { scopes: ['public_repo'] });
    const user = await as(weak).request('GET /user');
    expect(user.headers['x-oauth-scopes']).toBe('public_repo');
    expect((await caught(as(weak).request('GET /repos/{owner}/{repo}', shop))).status).toBe(404);
    const strong = await as(github.createToken('bot')).request('GET /repos/{owner}/{repo}', shop);
    expect(strong.data.permissions).toMatchObject({ push: true, admin: false });
  });

  it('of the fine-grained kind say which permission is missing', async () => {
    const token = github.createToken('bot', { permissions: { issues: 'read', metadata: 'read' } });
    await as(token).request('GET /repos/{owner}/{repo}/issues', shop);
    const refused = await caught(
      as(token).request('POST /repos/{owner}/{repo}/issues', { ...shop, title: 'No' }),
    );
    expect(refused).toMatchObject({
      status: 403,
      response: { headers: { 'x-accepted-github-permissions': 'issues=write' } },
    });
    expect(refused.message).toContain('Resource not accessible by personal access token');
  });

  it('that are revoked or expired are refused, by git as well', async () => {
    const token = github.createToken('bot', { expiresAt: START + 1000 });
    const url = github.web.replace('//', `//x-access-token:${token}@`);
    const { dir } = github.repo('acme/shop');
    expect(await git(dir, 'ls-remote', `${url}/acme/shop.git`, 'main')).toContain(
      'refs/heads/main',
    );
    now += 2000;
    expect((await caught(as(token).request('GET /user'))).status).toBe(401);
    const refused = await tryGit(
      dir,
      '-c',
      'credential.helper=',
      'ls-remote',
      `${url}/acme/shop.git`,
    );
    expect(refused.code).not.toBe(0);
    const other = github.createToken('bot');
    github.revokeToken(other);
    expect((await caught(as(other).request('GET /user'))).message).toContain('Bad credentials');
  });
});

it('Apps sign with their key and get tokens that last an hour', async () => {
  const app = github.createApp({ installedAt: [{ account: 'acme', repos: ['acme/shop'] }] });
  const id = app.installations[0]?.id ?? 0;
  const key = app.privateKey;
  const jwt = jsonWebToken(
    { iss: String(app.id), iat: now / 1000 - 30, exp: now / 1000 + 540 },
    key,
  );
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const installations = await as().request('GET /app/installations', bearer(jwt));
  expect(installations.data).toMatchObject([
    { id, account: { login: 'acme' }, repository_selection: 'selected' },
  ]);
  const route = 'POST /app/installations/{installation_id}/access_tokens';
  const made = await as().request(route, { installation_id: id, ...bearer(jwt) });
  expect(made.data.expires_at).toBe('2026-01-05T10:00:00Z');
  const repos = await as(made.data.token).request('GET /installation/repositories');
  expect(repos.data.repositories).toMatchObject([{ full_name: 'acme/shop' }]);
  const late = jsonWebToken({ iss: String(app.id), iat: now / 1000, exp: now / 1000 + 3600 }, key);
  expect((await caught(as().request('GET /app', bearer(late)))).message).toContain(
    'too far in the future',
  );
  now += 3_600_000;
  expect((await caught(as(made.data.token).request('GET /installation/repositories'))).status).toBe(
    401,
  );
});

it('The device flow waits for the person, and asks for patience', async () => {
  const post = async (path: string, body: object) => {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const answer = await fetch(github.web + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const begin = () => post('/login/device/code', { client_id: 'koubou', scope: 'repo' });
  const poll = (code: Record<string, string>) =>
    post('/login/oauth/access_token', {
      client_id: 'koubou',
      device_code: code['device_code'],
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    });
  const code = await begin();
  expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
  expect(await poll(code)).toMatchObject({ error: 'slow_down', interval: 10 });
  github.answerDeviceCode(code['user_code'] ?? '', 'alice');
  now += 10_000;
  const granted = await poll(code);
  const user = await as(granted['access_token']).request('GET /user');
  expect(user.data.login).toBe('alice');
  const refused = await begin();
  github.answerDeviceCode(refused['user_code'] ?? '', null);
  expect(await poll(refused)).toMatchObject({ error: 'access_denied' });
  const old = await begin();
  now += 901_000;
  expect(await poll(old)).toMatchObject({ error: 'expired_token' });
});

function jsonWebToken(claims: object, pem: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), createPrivateKey(pem)).toString('base64url')}`;
}
