/** The agent's own API: who may ask what, from where, and what Prometheus reads. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TaskId } from '../../shared/ids.ts';
import { MOST_ORDER_BYTES, type TaskOrder } from '../../shared/protocol/task-order.ts';
import { fail, ok } from '../../shared/result.ts';
import type { OrderResult } from '../orders.ts';
import { openLocalApi, type LocalApi } from './local-api.ts';
import { metricsOf, type AgentFacts } from './metrics.ts';

const FACTS: AgentFacts = {
  agentId: 'atelier',
  name: 'Atelier',
  version: '1.2.3',
  build: 'abc',
  coordinator: 'https://10.0.0.1:8443',
  connected: true,
  slots: 4,
  running: ['task-1.1', 'task-2.1'],
  vitals: { cpu: 0.25, load1: 1.5, memoryBytes: 800, memoryUsedBytes: 200, diskFreeBytes: 100 },
  certificateMs: 43_200_000,
};
const TOKEN = 'a'.repeat(64);
const TASK = TaskId.parse('task-1');
const BODY = '{"type":"general","prompt":"hello"}';

let api: LocalApi | null = null;
let orders: TaskOrder[];
let answer: OrderResult;
beforeEach(async () => {
  [orders, answer] = [[], ok(TASK)];
  api = await open('127.0.0.1');
});
afterEach(async () => {
  await api?.close();
});

async function open(host: string, port = 0, lines: string[] = []): Promise<LocalApi | null> {
  return await openLocalApi({
    api: { host, port },
    token: TOKEN,
    facts: () => Promise.resolve(FACTS),
    order: (order) => {
      orders.push(order);
      return Promise.resolve(answer);
    },
    log: pino({}, { write: (line) => lines.push(line) }),
  });
}

interface Given {
  readonly method?: string;
  readonly token?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask(
  path: string,
  { method = 'GET', token, host, headers, body = BODY }: Given = {},
): Promise<{ status: number; body: string }> {
  const asked = request({
    host: '127.0.0.1',
    port: api?.port,
    path,
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(host !== undefined && { host }),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  asked.end(method === 'POST' ? body : undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

describe('on loopback', () => {
  test('health and metrics are open', async () => {
    expect(await ask('/health')).toEqual({
      status: 200,
      body: '{"status":"ok","connected":true}\n',
    });
    expect(await ask('/metrics')).toEqual({ status: 200, body: metricsOf(FACTS) });
  });

  test('all else wants the token', async () => {
    for (const [path, method] of [
      ['/status', 'GET'],
      ['/execute_task', 'POST'],
      ['/cancel_task/task-1', 'POST'],
    ] as const) {
      expect((await ask(path, { method })).status).toBe(401);
      expect((await ask(path, { method, token: 'b'.repeat(64) })).status).toBe(401);
      expect((await ask(path, { method, token: '' })).status).toBe(401);
    }
    const { status, body } = await ask('/status', { token: TOKEN });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual(FACTS);
  });

  test('an order is passed on as it is, under a key, and answered with its task', async () => {
    const post = { method: 'POST', token: TOKEN };
    const created = await ask('/execute_task', { ...post, headers: { 'idempotency-key': 'mine' } });
    expect(created).toEqual({ status: 202, body: '{"task_id":"task-1"}\n' });
    await ask('/execute_task', post);
    expect(orders[0]).toEqual({ kind: 'create', key: 'mine', body: BODY });
    expect(orders[1]).toMatchObject({ key: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    const bare = { 'content-type': '' };
    expect(await ask('/cancel_task/task-1', { ...post, body: '', headers: bare })).toEqual({
      status: 200,
      body: '{"task_id":"task-1"}\n',
    });
    expect(orders[2]).toEqual({ kind: 'cancel', taskId: 'task-1', body: '' });
  });

  test.each([
    ['not_allowed', 403],
    ['not_found', 404],
    ['illegal_transition', 409],
    ['not_connected', 503],
    ['no_answer', 504],
    ['known_to_newer_ones', 409],
  ])('a refusal %s has status %i', async (code, status) => {
    answer = fail({ code, message: 'why', details: { id: 'x' } });
    const refused = await ask('/execute_task', { method: 'POST', token: TOKEN });
    expect(refused.status).toBe(status);
    expect(JSON.parse(refused.body)).toEqual({
      error: { code, message: 'why', details: { id: 'x' } },
    });
  });

  test.each([
    ['no JSON', { body: '{' }, 400],
    ['too much', { body: ' '.repeat(MOST_ORDER_BYTES + 1) }, 413],
    ['another type', { headers: { 'content-type': 'text/plain' } }, 415],
    ['a bad key', { headers: { 'idempotency-key': 'a b' } }, 400],
    ['no token', { token: 'b' }, 401],
  ])('%s is not passed on', async (_what, given, status) => {
    const asked = await ask('/execute_task', { method: 'POST', token: TOKEN, ...given });
    expect(asked.status).toBe(status);
    expect(orders).toEqual([]);
  });

  test('nothing else is there', async () => {
    for (const path of ['/', '/execute_task', '/cancel_task/', '/../api-token'])
      expect((await ask(path, { token: TOKEN })).status).toBe(404);
  });

  test('a page in a browser that calls this PC by another name is turned away', async () => {
    expect((await ask('/metrics', { host: 'evil.example:8081' })).status).toBe(403);
    expect((await ask('/metrics', { host: 'localhost:8081' })).status).toBe(200);
    expect((await ask('/metrics', { host: '[::1]:8081' })).status).toBe(200);
  });
});

test('elsewhere than on loopback metrics want the token, too', async () => {
  await api?.close();
  api = await open('0.0.0.0');
  expect((await ask('/metrics')).status).toBe(401);
  expect((await ask('/metrics', { token: TOKEN })).status).toBe(200);
  expect((await ask('/health')).status).toBe(200);
});

test('a port that is taken is told, and nobody is stopped by it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const lines: string[] = [];
  expect(await open('127.0.0.1', (other.address() as AddressInfo).port, lines)).toBeNull();
  expect(lines.join('')).toMatch(/cannot listen on 127\.0\.0\.1:\d+ .*give \\"api\\" in config/);
  other.close();
});

test('metrics are as Prometheus reads them', () => {
  const said = metricsOf({ ...FACTS, version: 'a"b\\c' });
  expect(said).toContain('koubou_agent_info{agent="atelier",version="a\\"b\\\\c",build="abc"} 1\n');
  expect(said).toContain('# TYPE koubou_agent_cpu_ratio gauge\nkoubou_agent_cpu_ratio 0.25\n');
  expect(said).toContain('koubou_agent_attempts 2\n');
  expect(said).toContain('koubou_agent_certificate_seconds 43200\n');
  expect(metricsOf({ ...FACTS, certificateMs: null })).not.toContain('certificate');
  for (const line of said.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z0-9_]+ .+|[a-z0-9_]+(\{.*\})? [\d.e+-]+)$/);
});
