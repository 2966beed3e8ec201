/** Accounts at model providers over the API: tried before they are kept, and no answer with a key in it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ACCOUNT_OPERATIONS, AccountInfo } from '../../../shared/contract-accounts.ts';
import { startProvider, type TestProvider } from '../gateway/sessions/testing.ts';
import { CAPABILITIES, connect, openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;
let provider: TestProvider;

beforeEach(async () => {
  api = await openTestApi();
  provider = await startProvider('sk-marked-1', 'sk-marked-2');
});
afterEach(async () => {
  await provider[Symbol.asyncDispose]();
  await api.close();
});

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function ask(method: Method, path: string, body?: object): Promise<[number, unknown]> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const given = body === undefined ? {} : { payload: body };
  const response = await api.app.inject({ method, url: `/api/v1${path}`, headers, ...given });
  expect(response.body).not.toContain('sk-marked');
  return [response.statusCode, response.json()];
}

async function add(more: object = {}): Promise<AccountInfo> {
  const about = { provider: 'anthropic', name: 'Main', baseUrl: `${provider.url}/v1/` };
  const [status, body] = await ask('POST', '/accounts', {
    ...{ ...about, secret: ' sk-marked-1\n' },
    ...more,
  });
  expect(status).toBe(201);
  return AccountInfo.parse(body);
}

test('an account is tried, kept and listed, and its key is nowhere to be read', async () => {
  const added = await add();
  expect(added).toMatchObject({
    ...{ name: 'Main', baseUrl: provider.url, auth: 'api_key', state: 'good', message: null },
    ...{ warning: null, windows: [], running: 0, heldUntil: null, breaker: 'closed' },
  });
  expect(provider.asked[0]?.key).toBe('sk-marked-1');
  expect(await ask('GET', '/accounts')).toEqual([200, { accounts: [added] }]);
});

test('a key that the provider does not take is not kept, and replaces none', async () => {
  const about = { provider: 'openai', name: 'Main', baseUrl: provider.url };
  const [status, body] = await ask('POST', '/accounts', { ...about, secret: 'wrong' });
  expect([status, body]).toMatchObject([422, { error: { code: 'account_refused' } }]);
  expect(await ask('GET', '/accounts')).toEqual([200, { accounts: [] }]);
  const { id } = await add();
  expect((await ask('POST', `/accounts/${id}/sign-in`, { secret: 'wrong' }))[0]).toBe(422);
  expect(await ask('POST', `/accounts/${id}/check`)).toMatchObject([200, { state: 'good' }]);
});

test('an account whose server is away is kept, and one whose address is none is not', async () => {
  provider.status = 503;
  expect(await add()).toMatchObject({ state: 'unreachable' });
  const order = { provider: 'openai', name: 'Other', baseUrl: 'nowhere', secret: 'x' };
  expect(await ask('POST', '/accounts', order)).toMatchObject([
    400,
    { error: { details: { fields: [{ path: 'baseUrl' }] } } },
  ]);
});

test('a key in the field for the name is told before anything is kept', async () => {
  const secret = 'sk-pasted-twice';
  const order = { provider: 'anthropic', name: `My ${secret}`, baseUrl: provider.url, secret };
  const [status, body] = await ask('POST', '/accounts', order);
  expect([status, body]).toMatchObject([
    400,
    { error: { details: { fields: [{ path: 'name' }] } } },
  ]);
  expect(JSON.stringify(body)).not.toContain(secret);
  expect(provider.asked).toEqual([]);
});

test('one sign-in repairs what three refusals broke', async () => {
  const { id } = await add();
  provider.keys.delete('sk-marked-1');
  for (let times = 0; times < 3; times++) await ask('POST', `/accounts/${id}/check`);
  expect(await ask('GET', '/accounts')).toMatchObject([
    200,
    { accounts: [{ state: 'signed_out' }] },
  ]);
  const [, signedIn] = await ask('POST', `/accounts/${id}/sign-in`, { secret: 'sk-marked-2' });
  expect(signedIn).toMatchObject({ id, state: 'good', message: null });
});

test('it is renamed, and removed once', async () => {
  const { id } = await add();
  expect(await ask('PUT', `/accounts/${id}`, { name: 'Team' })).toMatchObject([
    ...[200, { name: 'Team' }],
  ]);
  expect(await ask('DELETE', `/accounts/${id}`)).toEqual([200, { removed: id }]);
  expect((await ask('DELETE', `/accounts/${id}`))[0]).toBe(404);
});

test('all sign-ins are one list: accounts, and engines on agents', async () => {
  const { id } = await add();
  const claude = { kind: 'claude-code', version: '2', ready: false, why: 'not logged in' } as const;
  await api.submit(connect({ ...CAPABILITIES, engines: [claude] }));
  const [, body] = await ask('GET', '/sessions');
  expect(ACCOUNT_OPERATIONS['sessions.list'].output.parse(body).sessions).toMatchObject([
    { kind: 'model', id, state: 'good', where: provider.url },
    { kind: 'engine', engine: 'claude-code', state: 'signed_out', message: 'not logged in' },
  ]);
});
