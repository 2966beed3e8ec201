/** Setting the webhook up, over the API and by the command line; and what a real coordinator's door does with deliveries. */
import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../../src/cli/run-cli.ts';
import { openTestApi, TOKEN, type TestApi } from '../../../src/main/coordinator/api/testing.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

let api: TestApi;
let github: GitHubStandIn;

beforeEach(async () => {
  api = await openTestApi();
  github = await startGitHub();
});

afterEach(async () => {
  const { violations } = github;
  await api.close();
  await github.close();
  expect(violations).toEqual([]);
});

async function koubou(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(
    ['github', ...args],
    {
      write: async (text) => {
        out += text;
      },
      warn: (line) => {
        err += `${line}\n`;
      },
      readInput: async () => '',
      ask: async () => null,
      openKeyboard: () => null,
      env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
      ...{ platform: 'linux', home: api.dir, cwd: api.dir, colours: false, columns: undefined },
      ...{ now: Date.now, requestKey: 'key' },
      offline: () => Promise.reject(new Error('not stopped')),
      simulator: () => Promise.reject(new Error('nothing is simulated here')),
      stop: new AbortController().signal,
    },
    () => {},
  );
  return { code, out, err };
}

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${api.url}/api/v1/github/${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await response.json();
}

const secretIn = (out: string): string | undefined => /secret\s+(\S{20,})/.exec(out)?.[1];

async function ping(secret: string): Promise<number> {
  const body = '{"zen":"Speak like a human."}';
  const response = await fetch(`${api.url}/webhooks/github`, {
    ...{ method: 'POST', body },
    headers: {
      ...{ 'content-type': 'application/json', 'x-github-event': 'ping' },
      ...{ 'x-github-delivery': randomUUID(), 'x-hub-signature-256': await sign(secret, body) },
    },
  });
  return response.status;
}

test('the secret is shown once, and what is signed with it needs no token', async () => {
  expect(await ping('nobody made one yet')).toBe(401);
  const secret = secretIn((await koubou('webhook')).out) ?? '';
  expect(secret).not.toBe('');
  const again = await koubou('webhook');
  expect(again.out).not.toContain(secret);
  expect(again.out).toContain('was shown when it was made');
  expect(await ping(secret)).toBe(202);
  expect(await ping(`${secret}x`)).toBe(401);
  const renewed = secretIn((await koubou('webhook', '--renew')).out) ?? '';
  expect(renewed).not.toBe(secret);
  expect([await ping(secret), await ping(renewed)]).toEqual([401, 202]);
  expect((await fetch(`${api.url}/webhooks/github`)).status).toBe(405);
  expect((await fetch(`${api.url}/webhooks/github/x`)).status).not.toBe(202);
});

test('it is set up at a repository once, however often that is asked', async () => {
  await github.createRepo('acme/shop');
  const token = github.createToken('bot', { scopes: ['repo', 'admin:repo_hook'] });
  await call('POST', 'accounts', { order: { with: 'token', host: github.web, token } });
  const repo = `${github.web}/acme/shop`;
  const first = await koubou('webhook', '--install', repo, '--url', api.url);
  expect([first.code, first.err]).toEqual([0, '']);
  const again = await koubou('webhook', '--install', repo, '--url', api.url);
  expect(again.out).toContain('was set up before');
  await github.settled();
  const { hooks } = github.repo('acme/shop');
  expect(hooks).toHaveLength(1);
  expect(hooks[0]).toMatchObject({ url: `${api.url}/webhooks/github` });
  expect(hooks[0]?.events).toContain('issues');
  expect(first.out + again.out).not.toContain(hooks[0]?.secret);
  // GitHub said hello when it was made.
  expect(github.webhooks.deliveries.map(({ event, status }) => [event, status])).toContainEqual([
    ...['ping', 202],
  ]);
});

test('rules are put down whole, unless somebody else changed the file', async () => {
  const View = z.object({ etag: z.string(), rules: z.array(z.unknown()) });
  const { etag, rules } = View.parse(await call('GET', 'rules'));
  expect(rules).toEqual([]);
  const wanted = [{ repo: 'acme/shop', label: 'koubou' }, { query: 'org:acme' }];
  const saved = View.parse(await call('PUT', 'rules', { etag, rules: wanted }));
  expect(saved.rules).toEqual(wanted);
  expect(await call('PUT', 'rules', { etag, rules: [] })).toMatchObject({
    error: { code: 'settings_changed' },
  });
  expect(await call('PUT', 'rules', { etag: saved.etag, rules: [{ repo: 'x' }] })).toMatchObject({
    error: { code: 'invalid_input' },
  });
  expect(View.parse(await call('PUT', 'rules', { etag: saved.etag, rules: [] })).rules).toEqual([]);
});
