/** Who may do what, over the whole contract, by REST and by socket; and the end of a token. */
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { may, Role, roleFor } from '../../../shared/access.ts';
import { encodeConsole } from '../../../shared/protocol/console.ts';
import { ConsoleId } from '../../../shared/console.ts';
import { OPERATIONS, type OperationName } from '../../../shared/contract.ts';
import type { Operation, Permission } from '../../../shared/operation.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import { openTestApi, TOKEN, type TestApi } from './testing.ts';
import { idsFor, NEEDED, NEW_TASK } from './testing-requests.ts';

const NAMES = Object.keys(OPERATIONS).filter((name): name is OperationName => name in OPERATIONS);
const ROLES: readonly Role[] = Role.options;
const DAY_MS = 24 * 3_600_000;

let api: TestApi;

async function tokenOf(role: Role, name: string = role, days: number | null = 30): Promise<string> {
  const made = await api.people.create({ role, name, days }, 'user');
  if (!made.ok) throw new Error(made.error.message);
  return made.value.token;
}

async function ask(name: OperationName, token: string, method = OPERATIONS[name].method) {
  const { path }: Operation = OPERATIONS[name];
  const isBody = method === 'POST' || method === 'PUT';
  return await fetch(new URL(path.replace('{id}', idsFor(path).absent), api.url), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(isBody && { body: JSON.stringify(NEEDED[name] ?? {}) }),
  });
}

async function refusalOf(response: Response): Promise<ErrorBody['error'] | null> {
  return response.status === 403 ? ErrorBody.parse(await response.json()).error : null;
}

test('a role may all that a lesser one may', () => {
  expect(ROLES.map((role) => may(role, 'read'))).toEqual([true, true, true]);
  expect(ROLES.map((role) => may(role, 'operate'))).toEqual([false, true, true]);
  expect(ROLES.map((role) => may(role, 'admin'))).toEqual([false, false, true]);
  const needed: Permission[] = ['read', 'operate', 'admin'];
  expect(needed.map(roleFor)).toEqual(ROLES);
});

describe('each operation of the contract', () => {
  const tokens = new Map<Role, string>();
  beforeAll(async () => {
    api = await openTestApi();
    for (const role of ROLES) tokens.set(role, await tokenOf(role));
  });
  afterAll(async () => await api.close());

  test.each(NAMES)(
    '%s is refused below its role, and never for the role from it on',
    async (name) => {
      const { permission } = OPERATIONS[name];
      const needed = roleFor(permission);
      for (const role of ROLES) {
        const refused = await refusalOf(await ask(name, tokens.get(role) ?? ''));
        const said = refused?.code === 'forbidden' ? refused.details : undefined;
        expect(said).toEqual(may(role, permission) ? undefined : { role, needed });
      }
    },
  );

  test('by HEAD no less', async () => {
    const seen = await ask('settings.get', tokens.get('operator') ?? '', 'GET');
    expect(seen.status).toBe(403);
    const url = new URL(OPERATIONS['settings.get'].path, api.url);
    const headers = { authorization: `Bearer ${tokens.get('operator') ?? ''}` };
    expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(403);
  });
});

describe('a token', () => {
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(async () => await api.close());

  test('says who one is, and puts the name into the log', async () => {
    const token = await tokenOf('operator', 'Yuki');
    const me = await (await ask('access.me', token)).json();
    expect(me).toMatchObject({ role: 'operator', access: { name: 'Yuki', createdBy: 'user' } });
    expect(JSON.stringify(me)).not.toMatch(/hash|kbt_/);
    expect(await (await ask('access.me', TOKEN)).json()).toMatchObject({
      role: 'admin',
      access: null,
    });
    expect((await ask('tasks.create', token)).status).toBe(201);
    const [granted, created] = api.journal.eventsAfter(0, 10);
    expect(granted).toMatchObject({
      actor: 'user',
      event: { type: 'access.granted', name: 'Yuki' },
    });
    expect(created).toMatchObject({ actor: 'user:Yuki', event: { title: NEW_TASK.title } });
    expect(JSON.stringify(granted)).not.toContain(token.slice(4));
  });

  test('is good for nothing any more once it is revoked, and its sockets are ended', async () => {
    const token = await tokenOf('viewer', 'Phone');
    const other = await tokenOf('viewer', 'Tablet');
    const [gone, stays] = [await dial(token), await dial(other)];
    const [access] = api.people.list();
    const closed = once(gone, 'close');
    const url = new URL(`/api/v1/access/${access?.id ?? ''}`, api.url);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200);
    expect((await closed)[0]).toBe(4401);
    expect(stays.readyState).toBe(WebSocket.OPEN);
    expect((await ask('tasks.list', token)).status).toBe(401);
    expect((await ask('tasks.list', other)).status).toBe(200);
    expect(api.journal.eventsAfter(0, 10).at(-1)?.event).toMatchObject({ type: 'access.revoked' });
    stays.terminate();
  });

  test('runs out, with its sockets', async () => {
    const token = await tokenOf('viewer', 'Guest', 1);
    const socket = await dial(token);
    const closed = once(socket, 'close');
    const start = api.clock.now();
    while (api.clock.now() < start + DAY_MS) api.clock.now();
    expect((await ask('tasks.list', token)).status).toBe(401);
    expect(api.people.list()).toEqual([]);
    api.clock.fire();
    expect((await closed)[0]).toBe(4401);
  });

  test('of a viewer looks at no console of an agent, and types into none', async () => {
    const socket = await dial(await tokenOf('viewer', 'Phone'));
    const consoleId = ConsoleId.parse('console-000000000001');
    const heard: string[] = [];
    socket.on('message', (data) => heard.push(String(data)));
    socket.send(JSON.stringify({ type: 'console_pen', consoleId }));
    await expect.poll(() => heard.at(-1)).toContain('"forbidden"');
    socket.send(encodeConsole({ consoleId, offset: 0, bytes: Buffer.from('x') }));
    await expect.poll(() => heard).toHaveLength(2);
    expect(heard[1]).toContain('"forbidden"');
    socket.send(JSON.stringify({ type: 'subscribe' }));
    await expect.poll(() => heard.join('')).toContain('"conditions"');
    expect(heard.join('')).toContain('"rollout"');
    expect(heard.join('')).not.toContain('"provisioning"');
    socket.terminate();
  });
});

async function dial(token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/ws`, [
    'koubou',
    `bearer.${token}`,
  ]);
  await once(socket, 'open');
  return socket;
}
