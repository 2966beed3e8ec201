import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentId } from '../../../shared/ids.ts';
import { JoinAnswer, Signed } from '../../../shared/protocol/enrol.ts';
import { openAuthority } from '../fleet/identity/authority.ts';
import { certifyServer, keysFromPem, readAuthority } from '../fleet/identity/certificates.ts';
import { keyKeeper } from '../fleet/identity/key-keeper.ts';
import { makePc, type Pc } from '../fleet/identity/testing.ts';
import { createDoor } from './door.ts';
import { dial, knock, openTestDoor, reach, tlsOf, type TestDoor } from './testing.ts';

const DAY_MS = 24 * 3_600_000;

let workshop: TestDoor;
let pc: Pc;
let id: AgentId;
let certificate: string;
let member: ConnectionOptions;

beforeEach(async () => {
  workshop = await openTestDoor();
  pc = await makePc();
  ({ agentId: id, certificate } = await workshop.enrol(pc, 'atelier'));
  member = await tlsOf(workshop, pc, certificate);
});
afterEach(async () => await workshop.close());

const EXECUTABLE = '/executables/linux-x64-1.gz';

test('an agent with its certificate gets in, over TLS 1.3', async () => {
  expect(await knock(workshop.port, { path: EXECUTABLE, tls: member })).toMatchObject({
    status: 200,
  });
  const link = await dial(workshop.port, member);
  expect(link).toBeInstanceOf(Duplex);
  expect(workshop.let).toEqual(['executables', 'agent atelier']);
  const socket = await reach(workshop.port, member);
  expect(socket.getProtocol()).toBe('TLSv1.3');
  socket.destroy();
});

describe('people, who have no certificate', () => {
  const host = (): string => `127.0.0.1:${workshop.port}`;
  const ask = async (headers: Record<string, string>) =>
    await knock(workshop.port, {
      path: '/api/v1/me',
      tls: await tlsOf(workshop),
      headers: { host: host(), ...headers },
    });

  test('are handed to the API by an address or name of this PC only, and from no foreign page', async () => {
    expect(await ask({ authorization: 'Bearer right' })).toMatchObject({ status: 200 });
    const own = { authorization: 'Bearer right', origin: `https://${host()}` };
    expect(await ask(own)).toMatchObject({ status: 200 });
    expect(await ask({ ...own, host: 'localhost' })).toMatchObject({ code: 'forbidden' });
    expect(workshop.let).toHaveLength(2);
    for (const headers of [
      { host: 'evil.example' },
      { host: `evil.example:${workshop.port}` },
      { origin: 'https://evil.example' },
      { origin: `http://${host()}` },
      { origin: 'app://ui' },
    ])
      expect(await ask(headers), JSON.stringify(headers)).toMatchObject({ status: 403 });
    expect(workshop.let).toHaveLength(2);
  });

  test('are not listened to for a minute after twenty wrong tokens; agents are', async () => {
    for (let n = 0; n < 20; n++)
      expect(await ask({ authorization: `Bearer wrong-${n}` })).toMatchObject({ status: 401 });
    const answer = await ask({ authorization: 'Bearer right' });
    expect(answer).toMatchObject({ status: 429, code: 'too_many_tries' });
    const tls = await tlsOf(workshop);
    expect(await dial(workshop.port, tls, '/ws')).toMatchObject({ status: 429 });
    expect(await dial(workshop.port, member)).toBeInstanceOf(Duplex);
    expect(workshop.log.join('')).not.toContain('wrong-1');
    workshop.clock.advance(61_000);
    expect(await ask({ authorization: 'Bearer right' })).toMatchObject({ status: 200 });
  });

  test('count wrong tokens of sockets as well', async () => {
    const tls = await tlsOf(workshop);
    for (let n = 0; n < 20; n++)
      expect(await dial(workshop.port, tls, '/ws')).toMatchObject({ status: 401 });
    expect(await dial(workshop.port, tls, '/ws')).toMatchObject({ status: 429 });
  });
});

describe('nobody gets in', () => {
  async function refused(tls: ConnectionOptions): Promise<string> {
    const answers = [
      await knock(workshop.port, { path: EXECUTABLE, tls }),
      await knock(workshop.port, { path: '/git/x.git/info/refs', tls }),
      await dial(workshop.port, tls),
    ];
    expect(workshop.let).toEqual([]);
    const codes = answers.map((answer) => (answer instanceof Duplex ? 'let in' : answer.code));
    // Git is told in plain text.
    return [...new Set(codes.filter((code) => code !== ''))].join(' ');
  }

  test('without a certificate', async () => {
    expect(await refused(await tlsOf(workshop))).toBe('certificate_missing');
  });

  test('with one of another authority', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'koubou-other-'));
    const other = await openAuthority({ dir, keeper: keyKeeper(dir, null), clock: workshop.clock });
    const signed = other.ok ? await other.value.sign(pc.request, id) : other;
    rmSync(dir, { recursive: true });
    const foreign = signed.ok ? signed.value.certificate : '';
    const tls = await tlsOf(workshop, pc, foreign);
    expect(await refused(tls)).toBe('certificate_refused');
    expect(workshop.log.join('')).toContain('was not signed by the authority of this workshop');
  });

  test('with the certificate of the coordinator itself', async () => {
    const { key, certificate: server } = await (
      await workshop.authority()
    ).serve({
      ...{ names: [], addresses: [] },
    });
    const tls = await tlsOf(workshop, { key, request: '' }, server);
    expect(await refused(tls)).toBe('certificate_refused');
  });

  test('with one of its own name and key that was made for servers', async () => {
    const ca = path.join(workshop.dir, 'ca');
    const { privateKey, publicKey } = await keysFromPem(readFileSync(`${ca}/ca.key`, 'utf8'));
    const authority = await readAuthority(readFileSync(`${ca}/ca.pem`, 'utf8'), publicKey);
    if (!authority) throw new Error('the authority is another');
    const { publicKey: own } = await keysFromPem(pc.key);
    const now = workshop.clock.now();
    const server = await certifyServer({ key: privateKey, certificate: authority }, id, own, {
      ...{ validity: { from: now - DAY_MS, to: now + DAY_MS }, names: ['x'], addresses: [] },
    });
    expect(await refused(await tlsOf(workshop, pc, server))).toBe('certificate_refused');
    expect(workshop.log.join('')).toContain('is not one of an agent');
  });

  test('with one whose time is over, or has not come', async () => {
    workshop.clock.advance(DAY_MS + 1_000);
    expect(await refused(member)).toBe('certificate_expired');
    workshop.clock.advance(-3 * DAY_MS);
    expect(await refused(member)).toBe('certificate_expired');
  });

  test('with one of an agent that never was, or is removed', async () => {
    const nobody = await (await workshop.authority()).sign(pc.request, AgentId.parse('nobody'));
    const stranger = await tlsOf(workshop, pc, nobody.ok ? nobody.value.certificate : '');
    expect(await refused(stranger)).toBe('not_a_member');
    await workshop.submit({ type: 'agent.remove', agentId: id });
    expect(await refused(member)).toBe('not_a_member');
  });

  test('with the key before the newest', async () => {
    await workshop.enrol(await makePc(), 'atelier', { agentId: id });
    expect(await refused(member)).toBe('key_replaced');
  });

  test('with the certificate of another, whose key it does not have', async () => {
    const thief = await makePc();
    const tls = await tlsOf(workshop, thief, certificate);
    await expect(reach(workshop.port, tls)).rejects.toThrow(/key values mismatch/);
  });

  test('over TLS 1.2, or without TLS', async () => {
    const old = await knock(workshop.port, { tls: { ...member, maxVersion: 'TLSv1.2' } });
    expect(old.status).toBe(0);
    expect(old.message).toContain('alert protocol version');
    const plain = get({ host: '127.0.0.1', port: workshop.port, path: EXECUTABLE, agent: false });
    await once(plain, 'error');
    await expect.poll(() => workshop.log.join('')).toContain('it does not speak TLS 1.3');
    await expect.poll(() => workshop.log.join('')).toContain('it spoke plain HTTP');
    expect(workshop.let).toEqual([]);
  });

  test('at any other path', async () => {
    const { port } = workshop;
    for (const place of ['/', '/api/v1/tasks', '/ws'])
      expect(await knock(port, { path: place, tls: member })).toMatchObject({ status: 404 });
    for (const place of ['/agent', '/enrol', '/renew', '/executables', '/git']) {
      expect(await knock(port, { path: place, tls: member })).toMatchObject({ status: 404 });
      expect(await knock(port, { path: place, tls: await tlsOf(workshop) })).toMatchObject({
        status: 401,
      });
    }
    expect(await dial(port, member, '/ws')).toMatchObject({ status: 404 });
    expect(workshop.let).toEqual([]);
  });
});

test('the coordinator shows the name that agents ask for, and no other workshop can', async () => {
  const { ca } = member;
  await expect(reach(workshop.port, { ca, servername: 'other.example' })).rejects.toThrow(
    /other\.example/,
  );
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-other-'));
  const other = await openAuthority({ dir, keeper: keyKeeper(dir, null), clock: workshop.clock });
  rmSync(dir, { recursive: true });
  const wrong = { ...member, ca: other.ok ? other.value.pem : '' };
  await expect(reach(workshop.port, wrong)).rejects.toThrow(
    /self-signed certificate in certificate chain/,
  );
});

test('GitHub, which signs what it sends, is let to the webhook without a certificate', async () => {
  const { ca } = member;
  const hook = { path: '/webhooks/github', tls: { ca } };
  expect(await knock(workshop.port, hook)).toMatchObject({ status: 418 });
  for (const other of ['/webhooks', '/webhooks/', '/webhooks/github/x', '/webhooks/github/../ws'])
    expect(await knock(workshop.port, { path: other, tls: { ca } })).not.toMatchObject({
      status: 418,
    });
});

describe('what is open', () => {
  test.each([
    ['removed', async () => await workshop.submit({ type: 'agent.remove', agentId: id })],
    [
      'enrolled anew',
      async () => void (await workshop.enrol(await makePc(), 'atelier', { agentId: id })),
    ],
  ])('is ended when the agent is %s, a git in the middle', async (_, end) => {
    const other = await workshop.enrol(await makePc(), 'other');
    expect(other.agentId).toBe('other');
    const link = await dial(workshop.port, member);
    if (!(link instanceof Duplex)) throw new Error(link.message);
    link.resume();
    const gone = once(link, 'close');
    const git = knock(workshop.port, { path: '/git/x.git/info/refs', tls: member });
    await expect.poll(() => workshop.let).toContain('git atelier');
    await end();
    expect(await git).toMatchObject({ status: 200, text: 'begun (cut off)' });
    // A link has a moment for a goodbye.
    workshop.clock.advance(1_000);
    await gone;
  });
});

describe('an invited PC', () => {
  async function join(token: string): Promise<Awaited<ReturnType<typeof knock>>> {
    const { request } = await makePc();
    const body = { token, request, name: 'guest' };
    return await knock(workshop.port, {
      method: 'POST',
      path: '/enrol',
      body,
      tls: await tlsOf(workshop),
    });
  }

  test('joins once, and gets in with what it was given', async () => {
    const token = await workshop.invite();
    const guest = await makePc();
    const body = { token, request: guest.request, name: 'guest' };
    const tls = await tlsOf(workshop);
    const answer = await knock(workshop.port, { method: 'POST', path: '/enrol', body, tls });
    const joined = JoinAnswer.parse(JSON.parse(answer.text));
    expect(joined.agentId).toBe('guest');
    const own = await tlsOf(workshop, guest, joined.certificate);
    expect(await knock(workshop.port, { path: EXECUTABLE, tls: own })).toMatchObject({
      status: 200,
    });
    expect(await join(token)).toMatchObject({ status: 401, code: 'invitation_refused' });
  });

  test('with nonsense is refused, and after too many wrong tries not listened to for a minute', async () => {
    const tls = await tlsOf(workshop);
    for (const body of [{}, 'x', { token: 'x', request: 'x', name: 'x', more: 1 }]) {
      const answer = await knock(workshop.port, { method: 'POST', path: '/enrol', body, tls });
      expect(answer).toMatchObject({ status: 400, code: 'invalid_input' });
    }
    const huge = { token: 'x'.repeat(100_000) };
    const answer = await knock(workshop.port, { method: 'POST', path: '/enrol', body: huge, tls });
    expect(answer.status === 400 || answer.code === 'EPIPE' || answer.code === 'ECONNRESET').toBe(
      true,
    );
    const token = await workshop.invite();
    const codes: string[] = [];
    for (let tries = 0; tries < 30; tries++) codes.push((await join('wrong.wrong')).code);
    expect([codes[0], codes.at(-1)]).toEqual(['invitation_refused', 'too_many_tries']);
    expect((await join(token)).code).toBe('too_many_tries');
    workshop.clock.advance(60_000);
    expect((await join(token)).status).toBe(200);
    // What one address does wrong is not written down without end.
    expect(workshop.log.filter((line) => line.includes('refused at the door')).length).toBeLessThan(
      10,
    );
  });
});

describe('a certificate whose time is over', () => {
  async function renew(request = pc.request): Promise<Awaited<ReturnType<typeof knock>>> {
    return await knock(workshop.port, {
      method: 'POST',
      path: '/renew',
      body: { request },
      tls: member,
    });
  }

  test('is good for a new one, for months, before and after its time', async () => {
    for (const days of [3, 80, -100]) {
      workshop.clock.advance(days * DAY_MS);
      const answer = await renew();
      expect(answer.status).toBe(200);
      const signed = Signed.parse(JSON.parse(answer.text));
      const fresh = await tlsOf(workshop, pc, signed.certificate);
      expect(await knock(workshop.port, { path: EXECUTABLE, tls: fresh })).toMatchObject({
        status: 200,
      });
    }
    workshop.clock.advance(200 * DAY_MS);
    expect(await renew()).toMatchObject({ status: 401, code: 'certificate_expired' });
  });

  test('but not for another key, nor for one who is removed', async () => {
    workshop.clock.advance(3 * DAY_MS);
    expect(await renew((await makePc()).request)).toMatchObject({ status: 403 });
    await workshop.submit({ type: 'agent.remove', agentId: id });
    expect(await renew()).toMatchObject({ status: 401, code: 'not_a_member' });
  });
});

test('a port that is taken is told, and tried again', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { identity, journal, clock, logger } = workshop;
  const nothing = (): void => {};
  const door = createDoor({
    ...{ host: '127.0.0.1', port, journal, clock, log: logger, ...identity },
    join: workshop.invitations.accept,
    ...{ agents: nothing, git: nothing, models: nothing, executables: nothing, webhook: nothing },
    people: () => null,
  });
  const refused = await door.keepOpen();
  expect(refused.ok ? '' : refused.error.message).toContain(`port ${port} on 127.0.0.1 is taken`);
  expect(door.address()).toBeNull();
  blocker.close();
  await once(blocker, 'close');
  clock.advance(1_000);
  await expect.poll(() => door.address()).toMatchObject({ port });
  await door.close();
});
