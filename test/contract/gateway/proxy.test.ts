/** The model proxy between real servers: what passes it, what does not, what is recorded of it, and what cuts it off. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TROUBLE_HEADER, TROUBLE_UNTIL_HEADER } from '../../../src/shared/models.ts';
import { FAULTS, limitedFor } from '../../support/models/messages-faults.ts';
import { startMessagesApi, type MessagesApi } from '../../support/models/messages-api.ts';
import { startOpenAiApi, type OpenAiApi } from '../../support/models/openai-api.ts';
import { startRawApi, type RawApi } from './raw-api.ts';
import { AGENT, ATTEMPT, openStage, OTHER, TASK, type Stage } from './stage.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const MESSAGES = '/models/anthropic/v1/messages';
const hello = (stream = true) => ({
  ...{ model: 'claude-opus-5-5', max_tokens: 100, stream },
  messages: [{ role: 'user', content: 'Hello' }],
});

let stage: Stage;
let raw: RawApi;
let messages: MessagesApi;
let openai: OpenAiApi;

beforeEach(async () => {
  [stage, raw, messages, openai] = await Promise.all([
    openStage(),
    startRawApi(),
    startMessagesApi(() => [{ type: 'text', text: 'Hello.' }], { keys: { s3cret: {}, other: {} } }),
    startOpenAiApi(),
  ]);
});
afterEach(async () => {
  await stage.close();
  await Promise.all([raw.close(), messages.close(), openai.close()]);
});

describe('what passes', () => {
  test('each byte as it was sent, when it was sent', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const answered = stage.open({ path: MESSAGES, body: hello() });
    const { response, request } = await raw.next();
    expect(request.headers).toMatchObject({ 'x-api-key': 's3cret', 'accept-encoding': 'identity' });
    expect(JSON.stringify(request.rawHeaders)).not.toContain(stage.key);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_7' });
    response.flushHeaders();
    const answer = await answered;
    expect(answer.headers['request-id']).toBe('req_7');
    // The next piece is sent only when the one before has arrived: nothing is held back.
    for (const size of [1, 70_000, 3]) {
      const piece = randomBytes(size);
      const got: Buffer[] = [];
      const arrived = Promise.withResolvers<void>();
      const onData = (bytes: Buffer): void => {
        got.push(bytes);
        if (Buffer.concat(got).length >= size) arrived.resolve();
      };
      answer.on('data', onData);
      response.write(piece);
      await arrived.promise;
      answer.off('data', onData);
      expect(Buffer.concat(got).equals(piece)).toBe(true);
    }
    response.end();
    answer.resume();
    await once(answer, 'end');
  });

  test.each([true, false])('messages, metered to the token (streamed: %s)', async (stream) => {
    await stage.addAccount('anthropic', messages.url, 's3cret');
    const answer = await stage.ask({ path: `${MESSAGES}?beta=true`, body: hello(stream) });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"text":"ok"');
    const [call] = await stage.recorded(1);
    expect(call).toMatchObject({
      ...{ provider: 'anthropic', model: 'claude-opus-5-5', status: 200, trouble: null },
      usage: { inputTokens: 1_000, cachedInputTokens: 200, outputTokens: 50, costUsd: 0.00504 },
    });
    expect(call?.estimated).toBeUndefined();
    expect(stage.journal.attempt(ATTEMPT)).toMatchObject({ metered: true, usage: call?.usage });
    expect(messages.keys).toEqual(['s3cret']);
  });

  test.each([
    ['/v1/responses', { input: [{ role: 'user', content: 'Hello' }] }],
    [
      '/v1/chat/completions',
      { messages: [{ role: 'user', content: 'Hi' }], stream_options: { include_usage: true } },
    ],
  ])('%s, metered to the token', async (path, more) => {
    await stage.addAccount('openai', openai.url, 's3cret');
    const body = { model: 'gpt-5.4', stream: true, ...more };
    const answer = await stage.ask({ path: `/models/openai${path}`, body });
    expect(answer.status).toBe(200);
    const [call] = await stage.recorded(1);
    expect(openai.calls[0]?.key).toBe('s3cret');
    expect(openai.calls[0]?.usage).not.toBeNull();
    expect(call).toMatchObject({ provider: 'openai', trouble: null });
    expect(call?.usage).toMatchObject({ ...openai.calls[0]?.usage });
  });

  test('lists of models, which are asked for once', async () => {
    await stage.addAccount('anthropic', messages.url, 's3cret');
    const asked = { path: '/models/anthropic/v1/models' };
    const first = await stage.ask(asked);
    expect(first.text).toContain('claude-opus-5-5');
    expect((await stage.ask(asked)).text).toBe(first.text);
    const lists = messages.requests.filter(
      ({ headers }) => headers['accept-encoding'] === 'identity',
    );
    expect(lists).toHaveLength(1);
    expect(stage.calls()).toEqual([]);
  });
});

describe('what fails is classed and recorded, and mended where that is possible', () => {
  test.each([
    [FAULTS.invalid, 400, 'invalid_request', 1],
    [FAULTS.tooLong, 400, 'context_too_long', 1],
    [FAULTS.noModel, 404, 'invalid_request', 1],
    [FAULTS.creditSpent, 400, 'budget_spent', 1],
    [FAULTS.overloaded, 529, 'overloaded', 4],
    [limitedFor(3_600), 429, 'rate_limited', 1],
    // It may have been worked on, and be paid for: whether it is asked again is for the engine to say.
    [FAULTS.drop, 502, 'network', 1],
  ] as const)('%o', async (fault, status, trouble, most) => {
    await stage.addAccount('anthropic', messages.url, 's3cret');
    messages.fail(fault, 100);
    const answer = await stage.ask({ path: MESSAGES, body: hello() });
    expect(answer).toMatchObject({ status, headers: { [TROUBLE_HEADER]: trouble } });
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error' });
    const until = Number(answer.headers[TROUBLE_UNTIL_HEADER] ?? 0);
    expect(until - Date.now() > 3_000_000).toBe(trouble === 'rate_limited');
    const [call, ...more] = await stage.recorded(1);
    expect(call).toMatchObject({ status, trouble, usage: { inputTokens: 0, outputTokens: 0 } });
    expect(more).toEqual([]);
    expect(messages.keys.length).toBeGreaterThanOrEqual(1);
    expect(messages.keys.length).toBeLessThanOrEqual(most);
  });

  test('a passing fault is mended without a word to the engine', async () => {
    await stage.addAccount('anthropic', messages.url, 's3cret');
    messages.fail(FAULTS.overloaded, 1);
    expect((await stage.ask({ path: MESSAGES, body: hello() })).status).toBe(200);
    expect(messages.keys).toHaveLength(2);
    expect(await stage.recorded(1)).toHaveLength(1);
  });

  test('what could not be sent is sent again, and what was sent is not', async () => {
    const gone = await startRawApi();
    await stage.addAccount('anthropic', gone.url, 's3cret');
    await gone.close();
    // The other one is well, and asked when the first refuses connections.
    await stage.addAccount('anthropic', raw.url, 'other');
    for (let n = 1; n <= 2; n += 1) {
      const asked = stage.ask({ path: MESSAGES, body: hello() });
      const { request, response } = await raw.next();
      expect(request.headers['x-api-key']).toBe('other');
      // The second comes over a connection that was used before.
      if (n === 1) response.end('{}');
      else response.destroy();
      expect((await asked).status).toBe(n === 1 ? 200 : 502);
    }
    expect(raw.count()).toBe(2);
    expect(await stage.recorded(2)).toMatchObject([
      { status: 200 },
      { status: 502, trouble: 'network' },
    ]);
  });

  test('another account takes over from one that is signed out', async () => {
    await stage.addAccount('anthropic', messages.url, 'revoked');
    await stage.addAccount('anthropic', messages.url, 'other');
    for (let n = 1; n <= 3; n += 1)
      expect((await stage.ask({ path: MESSAGES, body: hello() })).status).toBe(200);
    expect(messages.keys).toContain('other');
    expect(await stage.recorded(3)).toHaveLength(3);
  });

  test('nobody is signed in: said in the provider’s words, and nothing of the key', async () => {
    await stage.addAccount('openai', openai.url, 'sk-revoked-key');
    openai.keys.add('another');
    const body = { model: 'gpt-5.4', stream: true, input: [] };
    const answer = await stage.ask({ path: '/models/openai/v1/responses', body });
    expect(answer).toMatchObject({ status: 401, headers: { [TROUBLE_HEADER]: 'sign_in_expired' } });
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'invalid_api_key' } });
    expect(answer.text).not.toMatch(/platform\.openai\.com|Incorrect/);
  });

  test('a key that the provider quotes stays behind, in whatever words it is', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const asked = stage.ask({ path: MESSAGES, body: hello() });
    const { response } = await raw.next();
    const words = 'no “tools” for s3cret';
    const error = { type: 'error', error: { type: 'invalid_request_error', message: words } };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(error));
    const answer = await asked;
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { message: 'no “tools” for …' } });
  });

  test('a key that cannot be read is told as that, and holds no place', async () => {
    const keychain = {
      seal: async (text: string) => await Promise.resolve(text),
      open: async () => await Promise.resolve(null),
    };
    const locked = await openStage(keychain);
    try {
      await locked.addAccount('anthropic', raw.url, 's3cret');
      const refused = await locked.ask({ path: MESSAGES, body: hello() });
      expect(refused).toMatchObject({
        status: 401,
        text: expect.stringContaining('Unlock it') as string,
      });
      expect(locked.models.admission.states()).toMatchObject([{ running: 0, waiting: 0 }]);
    } finally {
      await locked.close();
    }
  });

  test.each([FAULTS.cut, FAULTS.torn, FAULTS.overloadedInStream])(
    'a stream that ends badly ends so for the engine: %o',
    async (fault) => {
      await stage.addAccount('anthropic', messages.url, 's3cret');
      messages.fail(fault, 1);
      const asked = stage.ask({ path: MESSAGES, body: hello() });
      const seen = await asked.then(
        ({ status }) => status,
        () => 'torn off',
      );
      expect(seen).toBe(fault === FAULTS.torn ? 'torn off' : 200);
      const [call] = await stage.recorded(1);
      const trouble = fault === FAULTS.overloadedInStream ? 'overloaded' : 'network';
      expect(call).toMatchObject({ status: 200, trouble, estimated: true });
    },
  );
});

describe('who may', () => {
  const refusedAs401 = { status: 401, headers: { 'content-type': 'application/json' } };

  test('only the key of the attempt that is worked on, and only its agent at the door', async () => {
    await stage.addAccount('anthropic', messages.url, 's3cret');
    for (const key of ['', 'kbm_task-1.1_00', stage.key.replace('1.1', '1.2'), 'sk-ant-x'])
      expect(await stage.ask({ path: MESSAGES, body: hello(), key })).toMatchObject(refusedAs401);
    stage.member = OTHER;
    expect(await stage.ask({ path: MESSAGES, body: hello() })).toMatchObject(refusedAs401);
    stage.member = AGENT;
    expect((await stage.ask({ path: MESSAGES, body: hello() })).status).toBe(200);
    const bearer = { authorization: `Bearer ${stage.key}` };
    const shown = { path: MESSAGES, body: hello(), key: '', headers: bearer };
    expect((await stage.ask(shown)).status).toBe(200);
    expect(messages.keys).toHaveLength(2);
    expect(stage.log.filter((line) => line.includes('the gateway refused'))).toHaveLength(5);
  });

  test('Claude Code says hello without a key, and nobody is asked', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const asked = { path: '/models/anthropic/api/hello', key: '' };
    expect(await stage.ask({ ...asked, method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(stage.log.join('')).not.toContain('refused');
    expect((await stage.ask({ ...asked, method: 'GET' })).status).toBe(401);
    expect(raw.count()).toBe(0);
  });

  test('a program that asks without end takes no more than its own room', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const all = Array.from({ length: 64 }, () => stage.ask({ path: MESSAGES, body: hello() }));
    const places = () => stage.models.admission.states()[0];
    await vi.waitFor(() => expect((places()?.running ?? 0) + (places()?.waiting ?? 0)).toBe(64));
    const one = await stage.ask({ path: MESSAGES, body: hello() });
    expect(one).toMatchObject({ status: 429 });
    expect(one.headers[TROUBLE_HEADER]).toBeUndefined();
    for (let n = 0; n < all.length; n += 1) (await raw.next()).response.end('{}');
    await Promise.all(all);
    const again = stage.ask({ path: MESSAGES, body: hello() });
    (await raw.next()).response.end('{}');
    expect((await again).status).toBe(200);
  });

  test('other ways of the provider are closed', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const answer = await stage.ask({ path: '/models/anthropic/v1/files', body: {} });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { type: 'not_found_error' } });
    expect(raw.count()).toBe(0);
    expect(stage.log.join('')).toContain('POST /models/anthropic/v1/files');
  });
});

describe('what cuts it off', () => {
  const closing = async (answer: IncomingMessage): Promise<void> =>
    await new Promise((resolve) => answer.once('close', resolve));

  /** A call whose answer has begun. */
  async function begun() {
    const answered = stage.open({ path: MESSAGES, body: hello() });
    const { response } = await raw.next();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: ping\ndata: {"type":"ping"}\n\n');
    const answer = await answered;
    answer.on('error', () => {});
    return { answer, response };
  }

  test('an engine that hangs up', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const { answer, response } = await begun();
    answer.destroy();
    await once(response, 'close');
    expect(await stage.recorded(1)).toMatchObject([{ status: 200, trouble: null }]);
  });

  test('the end of its attempt, and its key is good no more', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const { answer, response } = await begun();
    const cut = Promise.all([once(response, 'close'), closing(answer)]);
    await stage.submit({ type: 'task.cancel', taskId: TASK, reason: 'enough' });
    await cut;
    expect(answer.complete).toBe(false);
    expect((await stage.ask({ path: MESSAGES, body: hello() })).status).toBe(401);
    expect(raw.count()).toBe(1);
  });

  test('the emergency stop, until the workshop goes on', async () => {
    await stage.addAccount('anthropic', raw.url, 's3cret');
    const { answer, response } = await begun();
    const waits = stage.ask({ path: MESSAGES, body: hello() });
    await raw.next();
    const cut = Promise.all([once(response, 'close'), closing(answer)]);
    await stage.submit({ type: 'workshop.stop', how: 'freeze', reason: 'stop' });
    await cut;
    const stopped = { status: 529, headers: { [TROUBLE_HEADER]: 'overloaded' } };
    expect(await waits).toMatchObject(stopped);
    expect(await stage.ask({ path: MESSAGES, body: hello() })).toMatchObject(stopped);
    expect(raw.count()).toBe(2);
    await stage.submit({ type: 'workshop.restart' });
    const again = await begun();
    again.response.end();
    again.answer.resume();
    await once(again.answer, 'end');
    expect(await stage.recorded(3)).toHaveLength(3);
  });
});
