import { expect, test } from 'vitest';
import { toEngine, toProvider } from './headers.ts';
import { wayOf } from './paths.ts';

test('nothing that proves who somebody is passes to a provider, but the account’s own secret', () => {
  const sent = {
    ...{ host: '127.0.0.1:1', 'x-api-key': 'kbm_1', authorization: 'Bearer kbm_1' },
    ...{ cookie: 'a=b', 'proxy-authorization': 'x', connection: 'x-hop, keep-alive' },
    ...{ 'x-hop': '1', 'x-koubou-trouble': 'x', 'x-forwarded-for': '10.0.0.1' },
    ...{ 'accept-encoding': 'br', 'content-length': '5', 'openai-organization': 'org-other' },
    ...{ 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a,b', 'content-type': 'text/x' },
  };
  const passed = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a,b' };
  const own = { 'accept-encoding': 'identity', 'content-type': 'text/x', 'content-length': 9 };
  expect(toProvider(sent, { auth: 'api_key' }, 's3cret', 9)).toEqual({
    ...{ ...passed, ...own },
    'x-api-key': 's3cret',
  });
  expect(toProvider(sent, { auth: 'bearer' }, 's3cret', 9)).toEqual({
    ...{ ...passed, ...own },
    authorization: 'Bearer s3cret',
  });
});

test('what is about the connection or the account does not pass to an engine', () => {
  expect(
    toEngine({
      ...{ connection: 'close', 'transfer-encoding': 'chunked', 'set-cookie': ['a=b'] },
      ...{ 'anthropic-organization-id': 'org', 'x-koubou-trouble': 'crashed', location: '/x' },
      ...{ 'content-type': 'text/event-stream', 'request-id': 'req_1', 'retry-after': '2' },
    }),
  ).toEqual({ 'content-type': 'text/event-stream', 'request-id': 'req_1', 'retry-after': '2' });
});

test.each([
  ['POST', '/models/anthropic/v1/messages?beta=true', 'call'],
  ['POST', '/models/anthropic/v1/messages/count_tokens', 'count'],
  ['POST', '/models/openai/v1/responses', 'call'],
  ['POST', '/models/openai/v1/chat/completions', 'call'],
  ['GET', '/models/openai/v1/models?limit=5', 'list'],
  ['GET', '/models/anthropic/v1/models/claude-opus-5-5', 'list'],
])('%s %s is let through', (method, url, purpose) => {
  expect(wayOf(method, url)?.purpose).toBe(purpose);
});

test.each([
  ['GET', '/models/anthropic/v1/messages'],
  ['POST', '/models/anthropic/v1/messages/batches'],
  ['POST', '/models/anthropic/v1/files'],
  ['POST', '/models/anthropic/v1/messages/../files'],
  ['POST', '/models/anthropic/v1/%6dessages'],
  ['POST', '/models/anthropic//v1/messages'],
  ['POST', '/models/openai/v1/messages'],
  ['POST', '/models/openai/constructor'],
  ['GET', '/models/anthropic/v1/models/..%2f..%2fkeys'],
  ['GET', '/models/anthropic/v1/organizations/api_keys'],
  ['DELETE', '/models/openai/v1/models/mine'],
  ['POST', '/models/other/v1/messages'],
])('%s %s is not', (method, url) => {
  expect(wayOf(method, url)).toBeNull();
});
