/** The server that stands in for OpenAI: both of its protocols, told apart by a client that knows neither script nor faults. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { REFUSALS } from './openai-api-faults.ts';
import { editing } from './openai-api-script.ts';
import { startOpenAiApi, type OpenAiApi } from './openai-api.ts';

let api: OpenAiApi;
beforeEach(async () => {
  api = await startOpenAiApi(editing('a.txt', { before: 'x', after: 'y' }, 'npm test'));
});
afterEach(() => api.close());

const TOOLS = ['read', 'edit', 'bash'].map((name) => ({ type: 'function', function: { name } }));

function ask(path: string, body: object, key = 'sk-1'): Promise<Response> {
  return fetch(`${api.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.1', ...body }),
  });
}

test('both protocols play the script, and write down what each answer came to', async () => {
  const system = { role: 'system', content: 'Working directory: /tree\nmore' };
  const messages = [system, { role: 'user', content: 'Change it' }];
  const chat = await (await ask('chat/completions', { messages, tools: TOOLS })).json();
  expect(chat).toMatchObject({
    choices: [
      {
        message: {
          content: 'Looking at a.txt.',
          tool_calls: [{ function: { name: 'read', arguments: '{"filePath":"/tree/a.txt"}' } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 1_007, prompt_tokens_details: { cached_tokens: 101 } },
  });
  const input = [
    { role: 'user', content: [{ type: 'input_text', text: 'Change it' }] },
    { type: 'function_call', name: 'exec_command', call_id: '1', arguments: '{}' },
    { type: 'function_call_output', call_id: '1', output: 'x' },
  ];
  const tools = [{ type: 'function', name: 'exec_command' }];
  const answer = await ask('responses', { input, tools, stream: true });
  const events = await answer.text();
  expect(answer.headers.get('x-ratelimit-remaining-tokens')).toBe('149984');
  expect(events).toMatch(/^event: response\.created\n/);
  expect(events).toContain('*** Update File: a.txt');
  expect(events.trim().split('\n\n').at(-1)).toMatch(/^event: response\.completed\n.*1014/);
  expect(api.calls).toMatchObject([
    { kind: 'chat', usage: { inputTokens: 906, cachedInputTokens: 101, outputTokens: 43 } },
    { kind: 'responses', usage: { inputTokens: 912, cachedInputTokens: 102, outputTokens: 46 } },
  ]);
});

test('keys, faults for a while, and breaks in the stream', async () => {
  const body = { messages: [{ role: 'user', content: 'Hi' }], stream: true };
  api.keys.add('sk-good');
  expect((await ask('chat/completions', body)).status).toBe(401);
  api.fail(REFUSALS.rateLimited(30), 1);
  const limited = await ask('chat/completions', body, 'sk-good');
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '30']);
  expect(await (await ask('chat/completions', body, 'sk-good')).text()).toMatch(/\[DONE\]\n\n$/);
  api.fail({ kind: 'stop', how: 'cut' });
  await expect(ask('chat/completions', body, 'sk-good').then((res) => res.text())).rejects.toThrow(
    'terminated',
  );
  api.fail({ kind: 'drop' });
  await expect(ask('responses', { input: 'Hi' }, 'sk-good')).rejects.toThrow('fetch failed');
  expect(api.calls.map(({ status }) => status)).toEqual([401, 429, 200, 200, 0]);
});
