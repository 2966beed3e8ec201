/** The relay to models: what it passes on and what not, over plain HTTP and with certificates, and when ends go away. */
import { once } from 'node:events';
import {
  createServer,
  request,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { identityFiles } from '../identity/files.ts';
import { clientTls } from '../identity/tls.ts';
import { makeAuthority } from '../testing/authority.ts';
import { openModelRelay, type ModelRelay } from './relay.ts';

const GRANT = { path: '/models', key: 'kbm_task-1.1_secret', providers: ['anthropic' as const] };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const turnedAway: string[] = [];

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function relayTo(handler: Handler): Promise<ModelRelay> {
  const port = await listen(createServer(handler));
  return await relay(`http://127.0.0.1:${port}`);
}

async function relay(coordinator: string, identity?: string): Promise<ModelRelay> {
  const access = (): ReturnType<typeof clientTls> | null =>
    identity === undefined ? null : clientTls(identity);
  const opened = await openModelRelay({
    coordinator,
    access,
    grant: GRANT,
    onRefused: (what) => turnedAway.push(what),
  });
  closers.push(() => opened.close());
  return opened;
}

function ask({ url, key }: ModelRelay, at = '/v1/messages', more: RequestInit = {}) {
  return fetch(`${url('anthropic')}${at}`, {
    method: 'POST',
    body: '{"model":"m"}',
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    ...more,
  });
}

function answerTo(call: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.once('response', resolve).once('error', reject);
  });
}

test('a call arrives with its path, body and headers, and the key of the attempt instead of its own', async () => {
  const seen: unknown[] = [];
  const opened = await relayTo((req, res) => {
    const { 'x-api-key': key, authorization, 'anthropic-version': version } = req.headers;
    void text(req).then((body) => {
      seen.push({ url: req.url, method: req.method, key, authorization, version, body });
      res.writeHead(201, { 'request-id': 'r1' }).end('{"ok":true}');
    });
  });
  const first = await ask(opened, '/v1/messages?beta=true');
  expect([first.status, first.headers.get('request-id'), await first.text()]).toEqual([
    ...[201, 'r1', '{"ok":true}'],
  ]);
  const bearer = { headers: { authorization: `Bearer ${opened.key}` } };
  expect((await ask(opened, '/v1/messages', bearer)).status).toBe(201);
  const common = { method: 'POST', key: GRANT.key, authorization: undefined };
  expect(seen).toEqual([
    {
      ...common,
      url: '/models/anthropic/v1/messages?beta=true',
      version: '2023-06-01',
      body: '{"model":"m"}',
    },
    expect.objectContaining({ ...common, url: '/models/anthropic/v1/messages' }),
  ]);
  expect(opened.key).not.toContain('kbm_');
});

test('only models, and only for its own engine', async () => {
  let asked = 0;
  const opened = await relayTo((_, res) => {
    asked += 1;
    res.end();
  });
  const base = opened.url('anthropic').replace('/models/anthropic', '');
  const raw = async (target: string): Promise<number | undefined> => {
    const call = request(base, { path: target, headers: { 'x-api-key': opened.key } }).end();
    const answer = await answerTo(call);
    answer.resume();
    return answer.statusCode;
  };
  for (const target of [
    ...['/', '/git/notes.git/info/refs', '/api/tasks', '/models', '/models/anthropic'],
    ...['/models/elsewhere/v1', '/models/../api/tasks', '/models/anthropic/../../api'],
    ...['/models/anthropic/%2e%2e/%2e%2e/api', '/models/anthropic/..%2f..%2fapi'],
    ...['/models/anthropic\\..\\..\\api', '//models/anthropic/v1'],
  ])
    expect([target, await raw(target)]).toEqual([target, 404]);
  for (const key of ['', 'other', GRANT.key]) {
    const refused = await ask(opened, '/v1/messages', { headers: { 'x-api-key': key } });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ error: { type: 'authentication_error' } });
  }
  expect(turnedAway).toContain('GET /git/notes.git/info/refs: only models are here');
  const wrong = 'POST /models/anthropic/v1/messages: this key is not that of the attempt';
  expect(turnedAway.filter((what) => what === wrong)).toHaveLength(3);
  expect(asked).toBe(0);
});

test('a hello that asks for nothing is answered here, key or none', async () => {
  turnedAway.length = 0;
  const opened = await relayTo(() => expect.unreachable('nobody else is asked'));
  const hello = await fetch(`${opened.url('anthropic')}/api/hello`, { method: 'HEAD' });
  expect([hello.status, await hello.text()]).toEqual([200, '']);
  expect(turnedAway).toEqual([]);
  expect((await fetch(`${opened.url('anthropic')}/api/hello`)).status).toBe(401);
});

test('an answer is passed on as it comes', async () => {
  const answers: ServerResponse[] = [];
  const opened = await relayTo((_, res) => {
    answers.push(res);
    res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  const answer = await ask(opened);
  const reader = answer.body?.getReader();
  for (const word of ['one', 'two']) {
    answers[0]?.write(word);
    const part = await reader?.read();
    expect(Buffer.from(part?.value ?? []).toString()).toBe(word);
  }
  answers[0]?.end();
  expect((await reader?.read())?.done).toBe(true);
});

test('an engine that does not read slows the coordinator down', async () => {
  const full = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  const part = Buffer.alloc(1024 * 1024);
  let written = 0;
  const opened = await relayTo((_, res) => {
    res.writeHead(200);
    const write = (): void => {
      do written += part.length;
      while (res.write(part));
      full.resolve();
      res.once('drain', () => drained.resolve());
    };
    write();
  });
  const call = request(`${opened.url('anthropic')}/v1/messages`, {
    headers: { 'x-api-key': opened.key },
  }).end();
  const answer = await answerTo(call);
  await full.promise;
  expect(written).toBeLessThan(64 * part.length);
  answer.resume();
  await drained.promise;
  call.destroy();
});

test('an engine that hangs up is hung up on at the other end', async () => {
  const gone = Promise.withResolvers<void>();
  const opened = await relayTo((_, res) => {
    res.writeHead(200).write('begun');
    res.once('close', () => gone.resolve());
  });
  const abort = new AbortController();
  const answer = await ask(opened, '/v1/messages', { signal: abort.signal });
  expect(answer.status).toBe(200);
  abort.abort();
  await gone.promise;
  expect(opened.trouble()).toBeNull();
});

test('half an answer does not look like a whole one', async () => {
  const opened = await relayTo((_, res) => {
    res.writeHead(200).write('half', () => res.destroy());
  });
  const answer = await ask(opened);
  await expect(answer.text()).rejects.toThrow('terminated');
  expect(opened.trouble()).toMatchObject({ class: 'network' });
});

test('a coordinator that is away is told as the provider would, and found again', async () => {
  const server = createServer((_, res) => res.end('here'));
  const port = await listen(server);
  const opened = await relay(`http://127.0.0.1:${port}`);
  expect(await (await ask(opened)).text()).toBe('here');
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  const away = await ask(opened);
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await away.json()).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  const openai = await fetch(`${opened.url('openai')}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${opened.key}` },
  });
  expect(await openai.json()).toMatchObject({ error: { code: null, type: 'api_error' } });
  expect(opened.trouble()).toMatchObject({ class: 'network' });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await (await ask(opened)).text()).toBe('here');
  expect(opened.trouble()).toBeNull();
});

test('the last refusal of the gateway is remembered until a call goes well', async () => {
  let refuses = true;
  const opened = await relayTo((_, res) => {
    if (!refuses) return void res.end('{}');
    res.writeHead(429, {
      'content-type': 'application/json',
      'x-koubou-trouble': 'rate_limited',
      'x-koubou-trouble-until': '1800000000000',
    });
    res.end('{"type":"error","error":{"type":"rate_limit_error","message":"all is used up"}}');
  });
  const refused = await ask(opened);
  expect(refused.headers.get('x-should-retry')).toBe('false');
  expect(refused.headers.get('x-koubou-trouble')).toBeNull();
  await refused.text();
  expect(opened.trouble()).toEqual({
    class: 'rate_limited',
    message: 'all is used up',
    until: 1_800_000_000_000,
  });
  refuses = false;
  await (await ask(opened)).text();
  expect(opened.trouble()).toBeNull();
});

test('a sign-in that only a person renews does not look like one worth asking again', async () => {
  const opened = await relayTo((_, res) => {
    res.writeHead(401, { 'x-koubou-trouble': 'sign_in_expired' }).end('{}');
  });
  const refused = await ask(opened);
  await refused.text();
  expect([refused.status, refused.headers.get('x-should-retry')]).toEqual([400, 'false']);
  expect(opened.trouble()).toMatchObject({ class: 'sign_in_expired' });
});

test('beyond this PC it shows who the agent is, and speaks to nobody else', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-relay-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  const { server: own, client, authority } = await makeAuthority('agent-1');
  const files = identityFiles(dir);
  writeFileSync(files.key, client.key);
  writeFileSync(files.certificate, client.cert);
  writeFileSync(files.authority, authority);
  const options = { ...own, ca: authority, requestCert: true, rejectUnauthorized: true };
  const port = await listen(
    createTlsServer(options, (req, res) => {
      const { socket } = req;
      res.end(socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : 'nobody');
    }),
  );
  const opened = await relay(`https://127.0.0.1:${port}`, dir);
  expect(await (await ask(opened)).text()).toBe('agent-1');
  const other = await makeAuthority('agent-1');
  const strange = await listen(createTlsServer(other.server, (_, res) => res.end('stolen')));
  const misled = await relay(`https://127.0.0.1:${strange}`, dir);
  expect((await ask(misled)).status).toBe(503);
  writeFileSync(files.certificate, client.cert.slice(0, 100));
  const damaged = await relay(`https://127.0.0.1:${port}`, dir);
  expect((await ask(damaged)).status).toBe(503);
  rmSync(files.key);
  // A connection that is there is used on; a new one cannot show who we are.
  const fresh = await relay(`https://127.0.0.1:${port}`, dir);
  expect((await ask(fresh)).status).toBe(503);
});
