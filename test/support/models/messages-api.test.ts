/** The stand-in of the Messages API, as Anthropic's own SDK sees it. */
import Anthropic, { APIError, RateLimitError } from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import { FAULTS, limitedFor } from './messages-faults.ts';
import { startMessagesApi, type MessagesApi, type MessagesOptions } from './messages-api.ts';
import { moves } from './moves.ts';

let api: MessagesApi | undefined;
afterEach(async () => await api?.close());

async function open(options: MessagesOptions = {}): Promise<MessagesApi> {
  api = await startMessagesApi(
    moves({ do: 'write', file: 'a.txt', content: 'hello '.repeat(40) }),
    options,
  );
  return api;
}

const client = ({ url }: MessagesApi, apiKey = 'k'): Anthropic =>
  new Anthropic({ baseURL: url, apiKey, maxRetries: 0, logLevel: 'off' });
const tools = [{ name: 'edit', input_schema: { type: 'object' as const } }];
const ask = { model: 'claude-opus-5-5', max_tokens: 100, tools };
const question = { ...ask, messages: [{ role: 'user' as const, content: 'Do it.' }] };

test('a message comes the same as JSON and as events', async () => {
  const asked = client(await open());
  const whole = await asked.messages.create(question);
  const streamed = await asked.messages.stream(question).finalMessage();
  expect(streamed.content).toMatchObject([
    { type: 'tool_use', name: 'edit', input: { file_path: 'a.txt', content: 'hello '.repeat(40) } },
  ]);
  expect(streamed).toMatchObject({ stop_reason: whole.stop_reason, usage: whole.usage });
  expect(api?.requests.map(({ status, key }) => [status, key])).toEqual([
    [200, 'Bearer k'],
    [200, 'Bearer k'],
  ]);
});

test('what was marked once is read from the cache the next time', async () => {
  const asked = client(await open({ counts: 'counted' }));
  const marked = {
    ...question,
    system: [
      {
        type: 'text' as const,
        text: 'x'.repeat(4_000),
        cache_control: { type: 'ephemeral' as const },
      },
    ],
  };
  const first = (await asked.messages.create(marked)).usage;
  const second = (await asked.messages.create(marked)).usage;
  expect(first).toMatchObject({ cache_read_input_tokens: 0 });
  expect(first.cache_creation_input_tokens).toBeGreaterThan(1_000);
  expect(second).toMatchObject({
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: first.cache_creation_input_tokens,
    input_tokens: first.input_tokens,
  });
});

test('each key has its own limits, which pass with the time', async () => {
  let now = 1_000_000;
  const started = await open({
    keys: { a: { requestsPerMinute: 2 }, b: { fiveHours: 2_000 } },
    clock: { now: () => now },
  });
  const [a, b] = [client(started, 'a'), client(started, 'b')];
  const status = async (asked: Anthropic): Promise<unknown> =>
    await asked.messages.create(question).then(
      () => 200,
      (error: unknown) =>
        error instanceof RateLimitError
          ? [429, error.headers.get('retry-after')]
          : error instanceof APIError
            ? Number(error.status)
            : error,
    );
  expect(await status(client(started, 'c'))).toBe(401);
  expect([await status(a), await status(a), await status(a)]).toEqual([200, 200, [429, '30']]);
  now += 30_000;
  expect(await status(a)).toBe(200);
  expect([await status(b), await status(b), await status(b)]).toEqual([200, 200, [429, '18000']]);
  now += 18_000_000;
  const { response } = await b.messages.create(question).withResponse();
  expect(response.headers.get('anthropic-ratelimit-unified-5h-utilization')).toBe('0.6250');
  expect(response.headers.get('anthropic-ratelimit-unified-status')).toBe('allowed');
});

test.each(Object.entries({ ...FAULTS, limited: limitedFor(7) }))(
  'it fails on demand: %s',
  async (name, fault) => {
    const started = await open();
    started.fail(fault, 1);
    const abort = new AbortController();
    const streamed = client(started).messages.stream(question, { signal: abort.signal });
    const hangs = name === 'hang' || name === 'stall';
    const failed = streamed.finalMessage().then(
      () => null,
      (error: unknown) => error,
    );
    if (hangs) {
      while (started.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
    }
    const error = await failed;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(fault.kind === 'error' ? { status: fault.status } : {});
    expect((await client(started).messages.create(question)).stop_reason).toBe('tool_use');
  },
);
