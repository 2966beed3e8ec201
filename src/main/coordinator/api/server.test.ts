/** Who is let in, and what is open to whom. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Health } from '../../../shared/upkeep.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import { openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;
let uiDir: string;

beforeAll(async () => {
  uiDir = mkdtempSync(path.join(tmpdir(), 'koubou-ui-'));
  mkdirSync(path.join(uiDir, 'assets'));
  writeFileSync(path.join(uiDir, 'index.html'), '<!doctype html><title>Koubou</title>');
  writeFileSync(path.join(uiDir, 'assets', 'app-1a2b.js'), 'export {};');
  api = await openTestApi(uiDir);
});

afterAll(async () => {
  await api.close();
  rmSync(uiDir, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** Node's own client: unlike fetch it sends whatever Host and Origin it is told. */
async function ask(
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(`${api.url}${target}`, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, text: '', headers: {} });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const BEARER = { authorization: `Bearer ${TOKEN}` };
const WS = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

function codeOf({ text }: Answer): string {
  return ErrorBody.parse(JSON.parse(text)).error.code;
}

test.each([
  ['no token', {}],
  ['a wrong token', { authorization: 'Bearer nonsense' }],
  ['an empty token', { authorization: 'Bearer ' }],
  ['the token in another scheme', { authorization: `Basic ${TOKEN}` }],
  ['a beginning of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
])('%s opens neither REST nor the WebSocket', async (_, headers) => {
  const rest = await ask('/api/v1/tasks', headers);
  expect([rest.status, codeOf(rest)]).toEqual([401, 'unauthorized']);
  expect(rest.headers['www-authenticate']).toContain('Bearer');
  const socket = await ask('/ws', { ...WS, ...headers });
  expect([socket.status, codeOf(socket)]).toEqual([401, 'unauthorized']);
});

test('a path written in another way is the same path', async () => {
  expect((await ask('/%61pi/v1/tasks')).status).toBe(401);
  expect((await ask('/api/v1/tasks/../tasks')).status).toBe(401);
  expect((await ask('/api/v1/tasks', {}, 'HEAD')).status).toBe(401);
});

test.each([
  ['another host name', { host: 'evil.example:8080' }],
  ['a name that begins like ours', { host: 'localhost.evil.example' }],
  ['an address of the LAN', { host: '192.168.1.2:8080' }],
  ['a foreign origin', { origin: 'https://evil.example' }],
  ['the null origin of a file or frame', { origin: 'null' }],
  ['our port on another host name', { origin: 'http://evil.example:8080' }],
])('%s is refused even with the token, everywhere', async (_, headers) => {
  for (const target of ['/api/v1/tasks', '/health', '/', '/git/x.git/info/refs']) {
    const answer = await ask(target, { ...BEARER, ...headers });
    expect([target, answer.status, codeOf(answer)]).toEqual([target, 403, 'forbidden']);
  }
  for (const target of ['/ws', '/agent']) {
    expect((await ask(target, { ...WS, ...BEARER, ...headers })).status).toBe(403);
  }
});

test('our own page and the desktop app are let in', async () => {
  const host = new URL(api.url).host;
  for (const origin of [`http://${host}`, 'app://ui']) {
    expect((await ask('/api/v1/tasks', { ...BEARER, origin })).status).toBe(200);
  }
  const named = {
    host: `localhost:${new URL(api.url).port}`,
    origin: `http://localhost:${new URL(api.url).port}`,
  };
  expect((await ask('/api/v1/tasks', { ...BEARER, ...named })).status).toBe(200);
});

test('the desktop app may read answers and send what the API needs; nobody else may', async () => {
  const preflight = { origin: 'app://ui', 'access-control-request-method': 'POST' };
  const answer = await ask('/api/v1/tasks', preflight, 'OPTIONS');
  expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, 'app://ui']);
  expect(answer.headers['access-control-allow-headers']).toContain('authorization');
  const refused = await ask('/api/v1/tasks', { origin: 'app://ui' });
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([
    401,
    'app://ui',
  ]);
  const own = await ask('/api/v1/tasks', BEARER);
  expect(own.headers['access-control-allow-origin']).toBeUndefined();
});

test('health and ready need no token', async () => {
  expect(Health.parse(JSON.parse((await ask('/health')).text))).toMatchObject({
    version: '1.2.3',
    status: 'degraded',
  });
  expect((await ask('/ready')).status).toBe(200);
});

test('the UI comes under a strict policy, its index never from a cache', async () => {
  for (const target of ['/', '/index.html']) {
    const { status, text, headers } = await ask(target);
    expect([status, text]).toEqual([200, '<!doctype html><title>Koubou</title>']);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe-eval');
    expect(headers['x-content-type-options']).toBe('nosniff');
  }
  expect((await ask('/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable');
});

test('an address of its router is answered with the index, for a browser', async () => {
  const page = await ask('/tasks/task-1', { accept: 'text/html,*/*' });
  expect([page.status, page.text]).toEqual([200, '<!doctype html><title>Koubou</title>']);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(codeOf(await ask('/tasks/task-1'))).toBe('not_found');
  expect(codeOf(await ask('/assets/../../secret'))).toBe('not_found');
  expect(codeOf(await ask('/%2e%2e/secret'))).toBe('not_found');
});

test('git and agents have doors of their own', async () => {
  expect((await ask('/git/shop.git/info/refs')).status).toBe(418);
  expect((await ask('/agent', WS)).status).toBe(418);
  expect(codeOf(await ask('/other', WS))).toBe('not_found');
});
