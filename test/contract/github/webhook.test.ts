/** The webhook's door: what it lets in, what it refuses and why, and that much of it does no harm. */
import { createServer, request as ask, type Server } from 'node:http';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import examples from '@octokit/webhooks-examples';
import { sign } from '@octokit/webhooks-methods';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testClock, type TestClock } from '../../../src/main/coordinator/journal/testing.ts';
import { createLimiter } from '../../../src/main/coordinator/lan/limiter.ts';
import {
  openCache,
  type GitHubCache,
} from '../../../src/main/coordinator/forge/github/api/cache.ts';
import { openDeliveries } from '../../../src/main/coordinator/forge/github/sync/deliveries.ts';
import type { Fact } from '../../../src/main/coordinator/forge/github/sync/event.ts';
import {
  createWebhook,
  type Webhook,
} from '../../../src/main/coordinator/forge/github/sync/webhook.ts';
import { ok } from '../../../src/shared/result.ts';

const SECRET = 'a secret of this webhook';
const REPO = 'github.com/codertocat/hello-world';

let dir: string;
let clock: TestClock;
let cache: GitHubCache;
let server: Server;
let webhook: Webhook;
let url: string;
let taken: { repo: string; facts: readonly Fact[] }[];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-hook-'));
  clock = testClock();
  cache = openCache(path.join(dir, 'cache.db'));
  taken = [];
  webhook = createWebhook({
    ...{ clock, limiter: createLimiter(5, clock), log: pino({ level: 'silent' }) },
    secret: { current: async () => await Promise.resolve(ok(SECRET)) },
    deliveries: openDeliveries(cache, clock),
    take(told) {
      taken.push(told);
      return told.repo === REPO ? null : `nothing here has to do with ${told.repo}`;
    },
  });
  server = createServer((request, response) => webhook.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  cache.close();
  rmSync(dir, { recursive: true, force: true });
});

const Answer = z.union([
  z.strictObject({ state: z.literal('accepted'), noted: z.number() }),
  z.strictObject({ state: z.literal('ignored'), why: z.string().min(1) }),
  z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string().min(1) }) }),
]);

interface Sent {
  readonly status: number;
  readonly answer: z.infer<typeof Answer>;
}

async function send(
  event: string,
  payload: unknown,
  headers: Record<string, string | undefined> = {},
  form = false,
): Promise<Sent> {
  const json = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const body = form ? new URLSearchParams({ payload: json }).toString() : json;
  const all = {
    'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': await sign(SECRET, body === '' ? ' ' : body),
    ...headers,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  const response = await fetch(url, {
    ...{ method: 'POST', body },
    headers: given.map(([name, value]) => [name, value ?? '']),
  });
  return { status: response.status, answer: Answer.parse(await response.json()) };
}

const ISSUE = {
  action: 'edited',
  repository: { html_url: 'https://github.com/Codertocat/Hello-World' },
  issue: { number: 7, html_url: 'https://github.com/Codertocat/Hello-World/issues/7' },
};

describe('a delivery', () => {
  test('that is signed is noted, as JSON and as a form', async () => {
    expect(await send('issues', ISSUE)).toEqual({
      ...{ status: 202, answer: { state: 'accepted', noted: 1 } },
    });
    expect((await send('issues', ISSUE, {}, true)).status).toBe(202);
    expect(taken).toHaveLength(2);
    expect(taken[1]).toEqual(taken[0]);
    expect(taken[0]).toMatchObject({ repo: REPO, facts: [{ kind: 'issue' }] });
  });

  test.each([
    ['with a wrong signature', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }, 401],
    ['with half a signature', { 'x-hub-signature-256': 'sha256=00' }, 401],
    ['without a signature', { 'x-hub-signature-256': undefined }, 401],
    ['of another type', { 'content-type': 'text/plain' }, 415],
    ['without an event', { 'x-github-event': undefined }, 400],
    ['of an event that is none', { 'x-github-event': '../issues' }, 400],
    ['without an id', { 'x-github-delivery': undefined }, 400],
  ])('%s is refused', async (_, headers, status) => {
    const sent = await send('issues', ISSUE, headers);
    expect(sent.status).toBe(status);
    expect(sent.answer).toHaveProperty('error');
    expect(taken).toEqual([]);
  });

  test('that is no JSON, or says nothing we know, is refused or ignored by name', async () => {
    expect((await send('issues', '{"action":')).status).toBe(400);
    const odd = await send('issues', { repository: 1 });
    expect(odd.answer).toMatchObject({ state: 'ignored' });
    const proto = await send('constructor', ISSUE);
    expect(proto.answer).toEqual({ state: 'ignored', why: 'Koubou does not follow constructor' });
    expect((await send('ping', { zen: 'x' })).answer).toMatchObject({ state: 'ignored' });
    expect(taken).toEqual([]);
  });

  test('of a repository that nobody watches is ignored', async () => {
    const other = { ...ISSUE, repository: { html_url: 'https://github.com/acme/other' } };
    expect((await send('issues', other)).answer).toEqual({
      ...{ state: 'ignored', why: 'nothing here has to do with github.com/acme/other' },
    });
  });

  test('that was here yesterday is not taken again, also after a restart', async () => {
    const id = { 'x-github-delivery': randomUUID() };
    await send('issues', ISSUE, id);
    clock.advance(24 * 60 * 60_000);
    // What was kept is on disk, and opened anew.
    cache.close();
    const again = await send('issues', ISSUE, id);
    expect(again).toEqual({
      ...{ status: 202, answer: { state: 'ignored', why: 'this delivery was here before' } },
    });
    expect(taken).toHaveLength(1);
  });

  test('above 25 MB is refused, and one of 20 MB that we do not follow is checked and not kept', async () => {
    const head = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ commits: 'x'.repeat(20_000_000) });
    expect((await send('push', body)).answer).toMatchObject({ state: 'ignored' });
    expect((await send('push', body, { 'x-hub-signature-256': 'sha256=no' })).status).toBe(401);
    const large = await send('issues', { ...ISSUE, more: 'x'.repeat(5_000_000) });
    expect(large.answer).toMatchObject({ state: 'ignored' });
    const refused = ask(url, {
      ...head,
      headers: { ...head.headers, 'content-length': String(26 * 1024 * 1024) },
    });
    refused.on('error', () => {});
    refused.flushHeaders();
    const status = await new Promise((resolve) => {
      refused.once('response', ({ statusCode }) => resolve(statusCode));
    });
    expect(status).toBe(413);
    refused.destroy();
  });
});

test('an address with many wrong signatures is not listened to for a minute', async () => {
  const wrong = { 'x-hub-signature-256': 'sha256=no' };
  for (let i = 0; i < 5; i += 1) expect((await send('issues', ISSUE, wrong)).status).toBe(401);
  expect((await send('issues', ISSUE)).status).toBe(429);
  clock.advance(61_000);
  expect((await send('issues', ISSUE)).status).toBe(202);
  expect(webhook.status()).toMatchObject({ wrongSignatures: 5, refused: 6, accepted: 1 });
});

test('all examples that GitHub publishes are taken, or ignored for a stated reason', async () => {
  const seen = new Map<string, string>();
  let count = 0;
  for (const { name, examples: payloads } of examples) {
    for (const payload of payloads) {
      const { status, answer } = await send(name, payload);
      expect(status, name).toBe(202);
      count += 1;
      if ('state' in answer)
        seen.set(`${name}: ${answer.state === 'ignored' ? answer.why : 'accepted'}`, name);
    }
  }
  expect(count).toBe(329);
  expect(examples).toHaveLength(58);
  const followed = [...seen].flatMap(([what, name]) => (what.endsWith(': accepted') ? [name] : []));
  expect(followed.toSorted()).toEqual([
    ...['check_run', 'check_suite', 'issue_comment', 'issues', 'label', 'pull_request'],
    ...['pull_request_review', 'pull_request_review_comment', 'pull_request_review_thread'],
    ...['repository', 'status'],
  ]);
  const shapes = [...seen.keys()].filter((what) => what.includes('another shape'));
  expect(shapes).toEqual([]);
});

test('ten thousand deliveries are each answered, remembered within bounds, and hold nobody up', async () => {
  const deliveries = openDeliveries(cache, clock, 5_000);
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 10_000; i += 1) {
    deliveries.keep(`delivery ${i}`);
    clock.advance(6);
    if (i % 100 === 0) await nextTurn();
  }
  const kept = z
    .object({ n: z.number() })
    .parse(cache.db().prepare('SELECT count(*) AS n FROM deliveries').get()).n;
  expect(kept).toBe(5_000);
  expect(deliveries.has('delivery 9999')).toBe(true);
  expect(deliveries.has('delivery 0')).toBe(false);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  clock.advance(9 * 24 * 60 * 60_000);
  deliveries.keep('later');
  deliveries.close();
  expect(deliveries.has('delivery 9999')).toBe(false);
});

test('a disk that does not take deliveries ends nobody, and gets them when it does', () => {
  const db = cache.db();
  const deliveries = openDeliveries(cache, clock);
  db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`);
  for (let i = 0; i < 11_000; i += 1) deliveries.keep(`delivery ${i}`);
  clock.advance(60_000);
  expect(deliveries.has('delivery 10999')).toBe(true);
  expect(deliveries.has('delivery 0')).toBe(false);
  db.pragma('max_page_count = 1000000');
  clock.advance(60_000);
  deliveries.close();
  expect(openDeliveries(cache, clock).has('delivery 10999')).toBe(true);
});
