/** The client against a stand-in for GitHub, and against servers that behave as badly as networks do. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { ok } from '../../../src/shared/result.ts';
import {
  openTestClient,
  problemOf,
  quickClock,
  serve,
  valueOf,
  type TestClient,
  type TestClientOptions,
} from '../../../src/main/coordinator/forge/github/testing.ts';

const shop = { owner: 'acme', repo: 'shop' };
const ISSUES = 'GET /repos/{owner}/{repo}/issues';
const NEW_ISSUE = 'POST /repos/{owner}/{repo}/issues';
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function client(url: string, options: TestClientOptions = {}): TestClient {
  const made = openTestClient(url, options);
  closing.push(made.close);
  return made;
}

describe('at a GitHub', () => {
  let github: GitHubStandIn;
  let token: string;

  beforeEach(async () => {
    github = await startGitHub();
    closing.push(async () => await github.close());
    await github.createRepo('acme/shop', { files: { 'README.md': '# Shop\n' } });
    token = github.createToken('bot');
  });

  afterEach(() => {
    expect(github.violations).toEqual([]);
  });

  const titles = () => [...github.repo('acme/shop').issues.values()].map(({ title }) => title);

  test('what has not changed costs nothing, and is answered from before', async () => {
    const { client: api } = client(github.web, { token });
    github.createIssue('acme/shop', { title: 'It breaks' });
    const first = valueOf(await api.rest(ISSUES, shop));
    expect(first).toMatchObject({ isUnchanged: false, data: [{ title: 'It breaks' }] });
    const [before] = api.budget();
    const second = valueOf(await api.rest(ISSUES, shop));
    expect(second).toMatchObject({
      isUnchanged: true,
      status: 200,
      data: [{ title: 'It breaks' }],
    });
    expect(api.budget()[0]?.remaining).toBe(before?.remaining);
    expect(github.requests.at(-1)).toMatchObject({ status: 304, cost: 0 });
    github.createIssue('acme/shop', { title: 'Again' });
    expect(valueOf(await api.rest(ISSUES, shop))).toMatchObject({ isUnchanged: false });
  });

  test('pages follow each other to the last one', async () => {
    const { client: api } = client(github.web, { token });
    for (const n of [1, 2, 3, 4, 5]) github.createIssue('acme/shop', { title: `${n}` });
    const seen: string[] = [];
    let answer = valueOf(await api.rest(ISSUES, { ...shop, per_page: 2, direction: 'asc' }));
    seen.push(...answer.data.map(({ title }) => title));
    while (answer.nextPage !== null) {
      answer = valueOf(await api.page(ISSUES, answer.nextPage));
      seen.push(...answer.data.map(({ title }) => title));
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5']);
    const elsewhere = problemOf(await api.page(ISSUES, 'https://evil.example/page'));
    expect(elsewhere.code).toBe('not_github');
  });

  test('a renamed repository is found, and its new name is told', async () => {
    const { client: api } = client(github.web, { token });
    github.createIssue('acme/shop', { title: 'It breaks' });
    github.renameRepo('acme/shop', 'store');
    const answer = valueOf(await api.rest(ISSUES, shop));
    expect(answer).toMatchObject({ movedTo: 'acme/store', data: [{ title: 'It breaks' }] });
    const made = valueOf(await api.rest(NEW_ISSUE, { ...shop, title: 'New' }));
    expect(made).toMatchObject({ status: 201, movedTo: 'acme/store' });
  });

  test('a read that fails on the way is tried again; a third failure is told', async () => {
    const { client: api } = client(github.web, { token });
    github.fault({ match: '/issues', status: 502, times: 2 });
    expect((await api.rest(ISSUES, shop)).ok).toBe(true);
    github.fault({ match: '/issues', status: 500, times: 3 });
    const told = problemOf(await api.rest(ISSUES, shop, { isFresh: true }));
    expect(told).toMatchObject({ code: 'server_error', status: 500, mayHaveActed: false });
    github.fault({ match: '/issues', drop: true, times: 1 });
    expect((await api.rest(ISSUES, shop, { isFresh: true })).ok).toBe(true);
  });

  test('a write that may have been done is not done again, unless its marker says that it can be', async () => {
    const { client: api } = client(github.web, { token });
    github.fault({ match: 'POST', status: 502, afterActing: true });
    const once502 = problemOf(await api.rest(NEW_ISSUE, { ...shop, title: 'Once' }));
    expect(once502).toMatchObject({ code: 'server_error', mayHaveActed: true });
    expect(titles()).toEqual(['Once']);
    github.fault({ match: 'POST', status: 502, times: 1 });
    const marked = { marker: 'label bug' };
    const label = { ...shop, name: 'bug', color: 'ff0000' };
    expect((await api.rest('POST /repos/{owner}/{repo}/labels', label, marked)).ok).toBe(true);
  });

  test('a secondary limit is waited for as long as it asks, by everyone', async () => {
    const clock = quickClock();
    const { client: api } = client(github.web, { token, clock });
    const message = 'You have exceeded a secondary rate limit.';
    github.fault({
      match: 'POST',
      status: 403,
      body: { message },
      headers: { 'retry-after': '42' },
    });
    expect((await api.rest(NEW_ISSUE, { ...shop, title: 'Later' })).ok).toBe(true);
    expect(Math.max(...clock.waits)).toBeGreaterThan(40_000);
    expect(titles()).toEqual(['Later']);
  });

  test('a pause beyond a quarter of an hour is told, and who has no time is told at once', async () => {
    const { client: api } = client(github.web, { token });
    const headers = { 'retry-after': '3600' };
    github.fault({ match: 'POST', status: 429, headers });
    const told = problemOf(await api.rest(NEW_ISSUE, { ...shop, title: 'Never' }));
    expect(told.code).toBe('rate_limited');
    expect(told.retryAt).toBeGreaterThan(Date.now() + 3_500_000);
    expect(github.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    const read = problemOf(await api.rest(ISSUES, shop, { patienceMs: 0 }));
    expect(read).toMatchObject({ code: 'rate_limited', retryAt: told.retryAt });
  });

  test('a token that is revoked in the middle is renewed where it can be, and told where not', async () => {
    const { client: api } = client(github.web, { token });
    github.revokeToken(token);
    expect(problemOf(await api.rest(ISSUES, shop)).code).toBe('unauthorized');
    const newer = github.createToken('bot');
    let current = token;
    const auth = {
      token: () => Promise.resolve(ok(current)),
      renew: (refused: string) => {
        expect(refused).toBe(token);
        current = newer;
        return Promise.resolve(true);
      },
    };
    expect((await client(github.web, { auth }).client.rest(ISSUES, shop)).ok).toBe(true);
  });
});

describe('a GitHub that refuses, or does not answer', () => {
  let github: GitHubStandIn;
  let token: string;

  beforeEach(async () => {
    github = await startGitHub();
    closing.push(async () => await github.close());
    await github.createRepo('acme/shop', { files: { 'README.md': '# Shop\n' } });
    token = github.createToken('bot');
  });

  test.each([
    [404, 'not_found'],
    [409, 'conflict'],
    [410, 'gone'],
    [422, 'invalid'],
  ])('a refusal of %i is told once, as %s', async (status, code) => {
    const { client: api, outcomes } = client(github.web, { token });
    github.fault({ match: 'POST', status });
    expect(problemOf(await api.rest(NEW_ISSUE, { ...shop, title: 'x' })).code).toBe(code);
    expect(outcomes).toEqual([code]);
  });

  test('an answer that does not come is given up after its time', async () => {
    // Only the wait for the answer passes, and only once the request is there.
    let release: (() => void) | undefined;
    const clock: Clock = {
      ...quickClock(),
      after(ms, run) {
        if (ms === 5_000) release = run;
        return () => {};
      },
    };
    const { client: api } = client(github.web, { token, clock });
    github.fault({ match: 'POST', hang: true });
    const waits = { timeoutMs: 5_000 };
    const asked = api.rest(NEW_ISSUE, { ...shop, title: 'x' }, waits);
    await vi.waitUntil(() => github.requests.length > 0);
    release?.();
    const late = problemOf(await asked);
    expect(late).toMatchObject({ code: 'timed_out', mayHaveActed: true });
  });

  test('who gives up is told so at once', async () => {
    const { client: api } = client(github.web, { token });
    github.fault({ match: '/issues', hang: true });
    const stop = new AbortController();
    const asked = api.rest(ISSUES, shop, { signal: stop.signal });
    setImmediate(() => stop.abort());
    expect(problemOf(await asked).code).toBe('aborted');
  });
});

describe('GraphQL', () => {
  const Viewer = z.object({ viewer: z.object({ login: z.string() }).nullable() });
  const QUERY = 'query Who { viewer { login } }';

  async function graphql(body: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const server = await serve((_, response) => void response.writeHead(200, headers).end(text));
    closing.push(server.close);
    return await client(server.url).client.graphql(QUERY, {}, Viewer);
  }

  test('an answer is what its schema says', async () => {
    const answer = valueOf(await graphql({ data: { viewer: { login: 'bot' } } }));
    expect(answer).toEqual({ data: { viewer: { login: 'bot' } }, errors: [] });
    expect(problemOf(await graphql({ data: { viewer: 3 } })).code).toBe('not_github');
    expect(problemOf(await graphql('<html>')).code).toBe('not_github');
  });

  test('parts that are missing are named, and the rest is there', async () => {
    const errors = [{ type: 'NOT_FOUND', message: 'Could not resolve', path: ['viewer'] }];
    expect(valueOf(await graphql({ data: { viewer: null }, errors }))).toEqual({
      data: { viewer: null },
      errors,
    });
    expect(problemOf(await graphql({ data: null, errors })).code).toBe('not_found');
  });

  test('points that are used up are a limit with a time', async () => {
    const reset = Math.ceil(Date.now() / 1_000) + 1_800;
    const headers = { 'x-ratelimit-reset': String(reset) };
    const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
    const told = problemOf(await graphql({ errors }, headers));
    expect(told).toMatchObject({ code: 'rate_limited', retryAt: reset * 1_000 });
  });
});

describe('what is no GitHub', () => {
  test.each([
    ['a page', 200, '<html>Welcome</html>', 'not_github'],
    ['a sign-in page', 403, '<html>Sign in</html>', 'not_github'],
    ['a gateway', 504, 'upstream timed out', 'server_error'],
  ])('%s is said to be that', async (_, status, text, code) => {
    const server = await serve((_request, response) => void response.writeHead(status).end(text));
    closing.push(server.close);
    expect(problemOf(await client(server.url).client.rest('GET /user', {})).code).toBe(code);
  });

  test('a flood is not read to its end', async () => {
    const server = await serve((_, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        response.write('x'.repeat(1_000_000));
        setImmediate(more);
      };
      more();
    });
    closing.push(server.close);
    expect(problemOf(await client(server.url).client.rest('GET /user', {})).code).toBe('too_large');
  });

  test('a redirect to another place does not take the credential along', async () => {
    const other = await serve((_, response) => void response.end('{"login":"thief"}'));
    const server = await serve(
      (_, response) => void response.writeHead(302, { location: `${other.url}/user` }).end(),
    );
    closing.push(other.close, server.close);
    const answer = await client(server.url).client.rest('GET /user', {});
    expect(answer.ok).toBe(false);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([]);
  });

  test('nobody there, an unknown name, and a certificate of its own are told apart', async () => {
    const gone = await serve(() => {});
    await gone.close();
    const refused = problemOf(await client(gone.url).client.rest('GET /user', {}));
    expect(refused).toMatchObject({ code: 'unreachable', mayHaveActed: false });
    const unknown = problemOf(await client('https://github.invalid').client.rest('GET /user', {}));
    expect(unknown.code).toBe('unreachable');
    expect(unknown.message).toContain('cannot be looked up');
    const own = await ownCertificate();
    const tls = problemOf(await client(own).client.rest('GET /user', {}));
    expect(tls.code).toBe('tls');
    expect(tls.message).toContain('NODE_EXTRA_CA_CERTS');
  });
});

/** A server of https that signed its own certificate. */
async function ownCertificate(): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-tls-'));
  closing.push(() => rmSync(dir, { recursive: true }));
  const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...made, '-subj', '/CN=127.0.0.1'], { stdio: 'ignore' });
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const address = server.address();
  return `https://127.0.0.1:${address !== null && typeof address !== 'string' ? address.port : 0}`;
}
