/** Backups and the check of the log over the API, as a client asks for them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS } from '../../../shared/contract.ts';
import { Audit, Backup } from '../../../shared/upkeep.ts';
import { CAPABILITIES, connect, openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});
afterEach(async () => {
  await api.close();
});

async function ask(
  method: 'GET' | 'POST',
  url: string,
): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await api.app.inject({ method, url, headers });
  return { status: response.statusCode, body: response.json() };
}

test('a backup is answered when it is made, and is in the list', async () => {
  await api.submit(connect());
  const made = await ask('POST', '/api/v1/backups');
  expect(made.status).toBe(201);
  const backup = Backup.parse(made.body);
  expect(backup.seq).toBe(1);
  const { body } = await ask('GET', '/api/v1/backups');
  const list = OPERATIONS['backups.list'].output.parse(body);
  expect(list).toMatchObject({ backups: [backup], keep: 7, problem: null });
});

test('the check of the log is started once, and its verdict is there to be read', async () => {
  await api.submit(connect());
  expect(Audit.parse((await ask('GET', '/api/v1/audit')).body).state).toBe('none');
  const [first, second] = [await ask('POST', '/api/v1/audit'), await ask('POST', '/api/v1/audit')];
  expect([first.status, second.status]).toEqual([202, 202]);
  let audit = Audit.parse(second.body);
  while (audit.state === 'running') {
    await nextTurn();
    audit = Audit.parse((await ask('GET', '/api/v1/audit')).body);
  }
  expect(audit).toMatchObject({ state: 'sound', checked: 1, total: 1, message: null });
});

test('health has the state of the journal and the troubles, and readiness follows it', async () => {
  api.setConditions([{ kind: 'journal_full', since: 1, message: 'no room' }]);
  expect((await ask('GET', '/health')).body).toMatchObject({
    journal: { state: 'sound', message: null },
    conditions: [{ kind: 'journal_full' }],
  });
  expect((await ask('GET', '/ready')).status).toBe(200);
  // The limit is SQLite's own: it then answers exactly as a full disk would make it.
  const pages = Number(api.journal.db.pragma('page_count', { simple: true }));
  api.journal.db.pragma(`max_page_count = ${pages}`);
  const capabilities = { ...CAPABILITIES, hostname: 'x'.repeat(100_000) };
  expect(await api.journal.submit(connect(capabilities), { actor: 'test' })).toMatchObject({
    ok: false,
  });
  expect((await ask('GET', '/health')).body).toMatchObject({
    status: 'degraded',
    journal: { state: 'full' },
  });
  const refused = await ask('GET', '/ready');
  expect(refused).toMatchObject({ status: 507, body: { error: { code: 'storage_full' } } });
});
