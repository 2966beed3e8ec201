import { execFileSync, spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunMemory } from './ask.ts';
import type { ConnectOptions } from './connect.ts';
import type { SshConnection } from './connection.ts';
import type { Hop } from './route.ts';
import { startFakeServer, type FakeServer } from './testing/fake-server.ts';
import { hopTo, makeKey, startSshd, type TestSshd } from './testing/sshd.ts';
import { connectTo, optionsWith, personWho, trusting } from './testing/workbench.ts';

/** Of key derivation, which the tests have no use for. */
const FEW_ROUNDS = ['-a', '1'];

let dir: string;
let sshd: TestSshd;
let good: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-sign-in-'));
  sshd = await startSshd();
  good = makeKey(dir, 'good');
  sshd.authorize(`${good}.pub`);
});
afterAll(async () => {
  await sshd.close();
  rmSync(dir, { recursive: true });
});

function connect(hop: Hop, more: Partial<ConnectOptions> = {}): Promise<SshConnection> {
  const options = optionsWith(path.join(dir, 'known_hosts'), more);
  return connectTo(hop, { ...options, known: trusting(options.known) });
}

async function whoami(hop: Hop, more: Partial<ConnectOptions> = {}): Promise<string> {
  const connection = await connect(hop, more);
  try {
    return (await connection.exec('echo in')).stdout;
  } finally {
    await connection.close();
  }
}

describe('key files', () => {
  const kinds: readonly (readonly [string, readonly string[]])[] = [
    ['ed25519', ['-t', 'ed25519']],
    ['RSA', ['-t', 'rsa', '-b', '2048']],
    ['ECDSA', ['-t', 'ecdsa']],
    ['RSA in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
    ['RSA in PKCS#8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
    ['ECDSA in PKCS#8', ['-t', 'ecdsa', '-m', 'PKCS8']],
  ];
  test.each(kinds)('%s signs in', async (name, args) => {
    const key = makeKey(dir, name.replaceAll(/\W/g, '_'), args);
    sshd.authorize(`${key}.pub`);
    expect(await whoami(hopTo(sshd.port, { identityFiles: [key] }))).toBe('in\n');
  });

  test.each(kinds)('%s with a passphrase signs in after the right one', async (name, args) => {
    const key = makeKey(dir, `locked_${name.replaceAll(/\W/g, '_')}`, [
      ...args,
      '-N',
      'open sesame',
      ...FEW_ROUNDS,
    ]);
    sshd.authorize(`${key}.pub`);
    const person = personWho((_, nth) => [nth === 1 ? 'wrong' : 'open sesame']);
    expect(await whoami(hopTo(sshd.port, { identityFiles: [key] }), { ask: person.ask })).toBe(
      'in\n',
    );
    expect(person.asked).toMatchObject([{ what: 'passphrase' }, { what: 'passphrase' }]);
  });

  test('ed25519 in PKCS#8, with and without a passphrase', async () => {
    const secret = 'open sesame';
    const pem = execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519'], { encoding: 'utf8' });
    const locked = createPrivateKey(pem).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: secret,
    });
    const plain = path.join(dir, 'pkcs8');
    writeFileSync(plain, pem);
    writeFileSync(`${plain}_locked`, locked);
    const { x = '' } = createPrivateKey(pem).export({ format: 'jwk' });
    const blob = Buffer.concat([
      Buffer.from('0000000b7373682d6564323535313900000020', 'hex'),
      Buffer.from(x, 'base64url'),
    ]);
    writeFileSync(`${plain}.pub`, `ssh-ed25519 ${blob.toString('base64')}\n`);
    sshd.authorize(`${plain}.pub`);
    rmSync(`${plain}.pub`);
    expect(await whoami(hopTo(sshd.port, { identityFiles: [plain] }))).toBe('in\n');
    const { ask } = personWho(() => [secret]);
    expect(await whoami(hopTo(sshd.port, { identityFiles: [`${plain}_locked`] }), { ask })).toBe(
      'in\n',
    );
  });

  test('no passphrase is asked for a key that the host does not take', async () => {
    const key = makeKey(dir, 'stranger', ['-t', 'ed25519', '-N', 'secret words', ...FEW_ROUNDS]);
    const outcome = connect(hopTo(sshd.port, { identityFiles: [key] }));
    await expect(outcome).rejects.toMatchObject({ code: 'auth_failed' });
    await expect(outcome).rejects.toThrow(`offers publickey; tried were key ${key}.`);
  });

  test('a declined passphrase goes on to the next key', async () => {
    const key = makeKey(dir, 'declined', ['-t', 'ed25519', '-N', 'secret words', ...FEW_ROUNDS]);
    sshd.authorize(`${key}.pub`);
    const { ask, asked } = personWho(() => null);
    expect(await whoami(hopTo(sshd.port, { identityFiles: [key, good] }), { ask })).toBe('in\n');
    expect(asked).toHaveLength(1);
  });
});

test('keys of the ssh-agent sign in, those named in the config first', async () => {
  const socket = path.join(dir, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(agent.stdout, 'data');
    const strangers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) =>
      makeKey(dir, `agent_${name}`),
    );
    execFileSync('ssh-add', ['-q', ...strangers, good], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
    });
    // Eight keys in the agent: offered in order, the server would hang up before the good one.
    expect(await whoami(hopTo(sshd.port, { agent: socket, identityFiles: [good] }))).toBe('in\n');
    const blind = connect(hopTo(sshd.port, { agent: socket }));
    await expect(blind).rejects.toThrow('4 more keys were not offered');
  } finally {
    agent.kill();
    await once(agent, 'exit');
  }
});

describe('a server that asks', () => {
  let server: FakeServer;
  const hop = (more: Partial<Hop> = {}): Hop => hopTo(server.port, { user: 'ada', ...more });

  test('keyboard-interactive in several rounds, prompts passed on as they are', async () => {
    server = await startFakeServer({
      rounds: [
        [['Password: ', false, 'pw']],
        [
          ['Code: ', false, '123456'],
          ['Floor: ', true, '3'],
        ],
      ],
    });
    const answers = [['pw'], ['123456', '3']];
    const person = personWho((_, nth) => answers[nth - 1] ?? null);
    expect(await whoami(hop(), { ask: person.ask })).toBe('in\n');
    expect(person.asked).toMatchObject([
      { what: 'interactive', prompts: [{ text: 'Password: ', echo: false }] },
      {
        what: 'interactive',
        prompts: [
          { text: 'Code: ', echo: false },
          { text: 'Floor: ', echo: true },
        ],
      },
    ]);
    await server.close();
  });

  test('a wrong password is asked for again, a right one serves the next connection', async () => {
    server = await startFakeServer({ password: 'right' });
    const memory = createRunMemory();
    const person = personWho((_, nth) => [nth === 1 ? 'wrong' : 'right']);
    expect(await whoami(hop(), { ask: person.ask, memory })).toBe('in\n');
    expect(await whoami(hop(), { ask: person.ask, memory })).toBe('in\n');
    expect(person.asked).toMatchObject([
      { what: 'password', text: '' },
      { what: 'password', text: 'That password was refused.' },
    ]);
    expect(server.passwords()).toEqual(['wrong', 'right', 'right']);
    await server.close();
  });

  test('three wrong passwords are the end for this run, also on a new try', async () => {
    server = await startFakeServer({ password: 'right' });
    const memory = createRunMemory();
    const person = personWho(() => ['wrong']);
    await expect(connect(hop(), { ask: person.ask, memory })).rejects.toMatchObject({
      code: 'too_many_tries',
      passing: false,
    });
    await expect(connect(hop(), { ask: person.ask, memory })).rejects.toMatchObject({
      code: 'too_many_tries',
    });
    expect(server.passwords()).toEqual(['wrong', 'wrong', 'wrong']);
    await server.close();
  });

  test('key and password, both wanted by the server', async () => {
    const parsed = readFileSync(`${good}.pub`, 'utf8');
    server = await startFakeServer({ publicKey: parsed, password: 'right' });
    const person = personWho(() => ['right']);
    expect(await whoami(hop({ identityFiles: [good] }), { ask: person.ask })).toBe('in\n');
    expect(person.asked).toMatchObject([{ what: 'password' }]);
    await server.close();
  });

  test('a host that hangs up while the person thinks is met again with the answer', async () => {
    server = await startFakeServer({ password: 'right' });
    const person = personWho(() => ['right']);
    let asked = 0;
    const outcome = whoami(hop(), {
      ask: async (question, signal) => {
        asked += 1;
        await server.hangUp();
        return await person.ask(question, signal);
      },
    });
    expect(await outcome).toBe('in\n');
    expect(asked).toBe(1);
    expect(server.passwords()).toEqual(['right']);
    await server.close();
  });

  test('a declined password ends it and says what was tried', async () => {
    server = await startFakeServer({ password: 'right' });
    const { ask } = personWho(() => null);
    await expect(connect(hop(), { ask })).rejects.toThrow(
      'offers password; tried were password (none was given)',
    );
    await server.close();
  });
});
