/** What the stand-in does when things go wrong on purpose: faults, limits, repositories that move, deliveries held back. */
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Octokit } from '@octokit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitHubStandIn, startGitHub } from './start-github.ts';

const shop = { owner: 'acme', repo: 'shop' };
let now: number;
let github: GitHubStandIn;
let octokit: Octokit;

beforeEach(async () => {
  now = Date.parse('2026-01-05T09:00:00Z');
  github = await startGitHub({
    style: 'github.com',
    clock: { now: () => now },
    limits: { core: 10, contentPerMinute: 3 },
  });
  await github.createRepo('acme/shop', { files: { 'README.md': '# Shop\n' } });
  octokit = new Octokit({ baseUrl: github.api, auth: github.createToken('bot') });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

const create = (title: string) =>
  octokit.request('POST /repos/{owner}/{repo}/issues', { ...shop, title });
const caught = async (call: Promise<unknown>) =>
  (await call.then(
    () => null,
    (error: unknown) => error,
  )) as {
    status: number;
    message: string;
    response: { headers: Record<string, string> };
  };

describe('faults', () => {
  it('come before acting, or after it', async () => {
    github.fault({ match: 'POST', status: 500 });
    expect((await caught(create('One'))).status).toBe(500);
    expect(github.repo('acme/shop').issues.size).toBe(0);
    github.fault({ match: /POST .*\/issues$/u, status: 502, afterActing: true });
    expect((await caught(create('Two'))).status).toBe(502);
    expect(github.issue('acme/shop#1').title).toBe('Two');
    expect((await create('Three')).data.number).toBe(2);
  });

  it('close connections, and leave clients waiting', async () => {
    github.fault({ drop: true });
    expect((await caught(create('One'))).status).toBe(500);
    github.fault({ hang: true });
    const signal = AbortSignal.timeout(50);
    const hung = await caught(octokit.request('GET /user', { request: { signal } }));
    expect(hung).not.toBeNull();
    expect(github.requests.map(({ status }) => status)).toEqual([0, 0]);
  });
});

describe('limits', () => {
  it('end the hourly budget, which begins anew an hour later', async () => {
    for (let count = 0; count < 10; count += 1)
      await octokit.request('GET /repos/{owner}/{repo}', shop);
    const spent = await caught(octokit.request('GET /user'));
    expect(spent).toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0' } },
    });
    const limits = await octokit.request('GET /rate_limit');
    expect(limits.data.resources.core).toMatchObject({ limit: 10, used: 10, remaining: 0 });
    now += 3_600_000;
    expect((await octokit.request('GET /user')).headers['x-ratelimit-remaining']).toBe('9');
  });

  it('refuse haste in making things', async () => {
    for (const title of ['One', 'Two', 'Three']) await create(title);
    const refused = await caught(create('Four'));
    expect(refused).toMatchObject({ status: 403, response: { headers: { 'retry-after': '60' } } });
    expect(refused.message).toContain('secondary rate limit');
    now += 61_000;
    expect((await create('Four')).status).toBe(201);
  });
});

describe('repositories', () => {
  it('that were renamed lead on, and those that are gone are not found', async () => {
    github.createIssue('acme/shop', { title: 'One' });
    github.renameRepo('acme/shop', 'store');
    const issue = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', {
      ...shop,
      issue_number: 1,
    });
    expect(issue.data.url).toBe(`${github.api}/repos/acme/store/issues/1`);
    expect((await create('Two')).data.repository_url).toBe(`${github.api}/repos/acme/store`);
    await github.deleteRepo('acme/store');
    expect((await caught(create('Three'))).status).toBe(404);
  });
});

it('Deliveries are held, reordered, repeated and dropped as told', async () => {
  const heard: string[] = [];
  const receiver = createServer((request, response) => {
    heard.push(
      `${String(request.headers['x-github-event'])} ${String(request.headers['x-github-delivery'])}`,
    );
    request.resume();
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
  try {
    github.hook(`http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/`, 'secret');
    github.webhooks.treat({ hold: true });
    github.createIssue('acme/shop', { title: 'One' });
    github.comment('acme/shop#1', 'Hello');
    await github.settled();
    expect(heard).toEqual([]);
    github.webhooks.release((held) => held.toReversed());
    await github.settled();
    const [issue, comment] = github.webhooks.deliveries.map(({ event, id }) => `${event} ${id}`);
    expect(heard).toEqual([comment, issue]);
    github.webhooks.treat({ copies: 2 });
    github.comment('acme/shop#1', 'Twice');
    github.webhooks.treat({ copies: 0 });
    github.comment('acme/shop#1', 'Never');
    await github.settled();
    const twice = `issue_comment ${github.webhooks.deliveries[2]?.id ?? ''}`;
    expect(heard.slice(2)).toEqual([twice, twice]);
  } finally {
    receiver.close();
    receiver.closeAllConnections();
  }
});

it('Requests that GitHub does not describe are refused and noted', async () => {
  const wrong = await caught(octokit.request('POST /repos/acme/shop/issues', { labels: ['bug'] }));
  expect(wrong.status).toBe(422);
  expect((await caught(octokit.request('GET /repos/acme/shop/wishes'))).status).toBe(404);
  expect(github.violations.splice(0)).toEqual([
    expect.stringContaining('issues/create, request: body'),
    'GET /repos/acme/shop/wishes: no such operation',
  ]);
});
