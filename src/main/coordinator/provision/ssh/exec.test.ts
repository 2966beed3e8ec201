import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConnection } from './open.ts';
import type { SshConnection } from './connection.ts';
import { portOf } from './testing/fake-server.ts';
import { hopTo, makeKey, startSshd, type TestSshd } from './testing/sshd.ts';
import { connectTo, optionsWith, realClock, routeOver, trusting } from './testing/workbench.ts';
import { openReverseTunnel, type TunnelState } from './reverse-tunnel.ts';

let dir: string;
let sshd: TestSshd;
let key: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-exec-'));
  sshd = await startSshd();
  key = makeKey(dir, 'id');
  sshd.authorize(`${key}.pub`);
  writeFileSync(path.join(dir, 'known_hosts'), `[127.0.0.1]:${sshd.port} ${sshd.hostKey()}\n`);
});
afterAll(async () => {
  await sshd.close();
  rmSync(dir, { recursive: true });
});

function open(via: 'ssh2' | 'system'): Promise<SshConnection> {
  const hop = hopTo(sshd.port, {
    identityFiles: [key],
    systemOnly: via === 'system' ? 'a test wants it' : null,
  });
  const config = path.join(dir, 'ssh_config');
  writeFileSync(
    config,
    `Host 127.0.0.1\n  IdentityFile ${key}\n  IdentityAgent none\n  IdentitiesOnly yes\n`,
  );
  const options = optionsWith(path.join(dir, 'known_hosts'));
  return openConnection(routeOver(hop), {
    ...options,
    system: { program: 'ssh', configFiles: [config] },
  });
}

async function listening(answer: string): Promise<http.Server> {
  const server = http
    .createServer((_, response) => {
      // A connection that stays open would outlive the tunnel.
      response.setHeader('connection', 'close').end(answer);
    })
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe.each(['ssh2', 'system'] as const)('over %s', (via) => {
  let connection: SshConnection;
  beforeAll(async () => {
    connection = await open(via);
  });
  afterAll(() => connection.close());

  test('it is carried by that', () => {
    expect(connection.via).toBe(via);
  });

  test('a script gives its output, its errors and its code, whatever characters it has', async () => {
    const script = `x='it'"'"'s \\ 100% ! $HOME'\nprintf '%s\\n' "$x"\necho wrong >&2\nexit 7`;
    const result = await connection.exec(script);
    expect(result).toEqual({
      code: 7,
      stdout: "it's \\ 100% ! $HOME\n",
      stderr: 'wrong\n',
      isCut: false,
    });
  });

  test('stdin arrives byte for byte, and nothing reads the script', async () => {
    const bytes = randomBytes(300_000);
    const sum = createHash('sha256').update(bytes).digest('hex');
    expect((await connection.exec('sha256sum; cat', { stdin: bytes })).stdout).toBe(`${sum}  -\n`);
    expect((await connection.exec('cat; echo end')).stdout).toBe('end\n');
  });

  test('output comes as it is written, and only its last part is kept', async () => {
    let seen = 0;
    const result = await connection.exec('yes 0123456789 | head -c 3000000; echo last', {
      onOutput: ({ bytes }) => (seen += bytes.length),
    });
    expect(seen).toBe(3_000_005);
    expect(result.isCut).toBe(true);
    expect(result.stdout.length).toBe(1024 * 1024);
    expect(result.stdout.endsWith('last\n')).toBe(true);
  });

  test('a script that takes too long or is stopped ends with that', async () => {
    await expect(connection.exec('sleep 60', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const stop = new AbortController();
    const stopped = connection.exec('echo on; sleep 60', {
      signal: stop.signal,
      onOutput: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect((await connection.exec('echo still here')).stdout).toBe('still here\n');
  });

  test('an upload arrives whole, goes on after a part, and replaces what is longer', async () => {
    const source = path.join(dir, `source-${via}`);
    const bytes = randomBytes(1_000_001);
    writeFileSync(source, bytes);
    const there = path.join(dir, `there ${via} 'quoted'`);
    const progress: number[] = [];
    const onProgress = (done: number): void => void progress.push(done);
    expect(await connection.upload(source, there, { onProgress })).toEqual({
      size: 1_000_001,
      resumedAt: 0,
    });
    expect(readFileSync(there).equals(bytes)).toBe(true);
    expect([progress[0], progress.at(-1)]).toEqual([0, 1_000_001]);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));

    writeFileSync(there, bytes.subarray(0, 700_000));
    expect((await connection.upload(source, there)).resumedAt).toBe(10 * 64 * 1024);
    expect(readFileSync(there).equals(bytes)).toBe(true);
    expect((await connection.upload(source, there)).resumedAt).toBe(1_000_001);

    writeFileSync(there, Buffer.concat([bytes, bytes]));
    expect((await connection.upload(source, there)).resumedAt).toBe(0);
    expect(readFileSync(there).equals(bytes)).toBe(true);
    expect(statSync(there).mode & 0o777).toBe(0o600);
  });

  test('an upload to a place that cannot be says so', async () => {
    const outcome = connection.upload(key, '/proc/nowhere/file');
    await expect(outcome).rejects.toMatchObject({ code: 'upload_failed' });
    await expect(outcome).rejects.toThrow('/proc/nowhere/file');
  });

  test('a reverse tunnel leads here', async () => {
    const server = await listening('coordinator');
    const forward = await connection.forwardIn(0, { host: '127.0.0.1', port: portOf(server) });
    const answer = await fetch(`http://127.0.0.1:${forward.port}/`);
    expect(await answer.text()).toBe('coordinator');
    await forward.close();
    await expect(fetch(`http://127.0.0.1:${forward.port}/`)).rejects.toThrow('fetch failed');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('whatever the login shell is', () => {
  // sshd runs the forced command with the user's shell; the wrapper plays a login with rc files that print.
  const shells = ['/usr/bin/fish', '/usr/bin/csh', '/bin/bash', '/bin/dash'].filter(existsSync);
  test.each(shells)('%s, with start files that print', async (shell) => {
    const folder = path.join(dir, `shell${shell.replaceAll('/', '-')}`);
    mkdirSync(folder);
    const wrapper = path.join(folder, 'login');
    const junk = 'printf "WELCOME\\nkoubou-begin\\n"; echo junk >&2';
    writeFileSync(
      wrapper,
      `#!/bin/sh\n${junk}\n${shell} -c "$SSH_ORIGINAL_COMMAND"\ncode=$?\necho BYE\nexit $code\n`,
    );
    chmodSync(wrapper, 0o755);
    const server = await startSshd({ lines: [`ForceCommand ${wrapper}`] });
    server.authorize(`${key}.pub`);
    const options = optionsWith(path.join(folder, 'known_hosts'));
    const connection = await connectTo(hopTo(server.port, { identityFiles: [key] }), {
      ...options,
      known: trusting(options.known),
    });
    const script = `echo "a  b" 'c\\d' !x %y\ncat\nexit 3`;
    const result = await connection.exec(script, { stdin: 'secret' });
    expect(result).toMatchObject({ code: 3, stdout: 'a  b c\\d !x %y\nsecret', stderr: '' });
    await connection.close();
    await server.close();
  });

  test('a user without a shell is told so', async () => {
    const server = await startSshd({
      lines: ['ForceCommand echo This account is not available; exit 1'],
    });
    server.authorize(`${key}.pub`);
    const options = optionsWith(path.join(dir, 'nologin_known_hosts'));
    const connection = await connectTo(hopTo(server.port, { identityFiles: [key] }), {
      ...options,
      known: trusting(options.known),
    });
    const outcome = connection.exec('true');
    await expect(outcome).rejects.toMatchObject({ code: 'no_shell' });
    await expect(outcome).rejects.toThrow('This account is not available');
    await connection.close();
    await server.close();
  });
});

test('a command on a connection that is lost ends with that', async () => {
  const server = await startSshd();
  server.authorize(`${key}.pub`);
  const options = optionsWith(path.join(dir, 'lost_known_hosts'));
  const connection = await connectTo(hopTo(server.port, { identityFiles: [key] }), {
    ...options,
    known: trusting(options.known),
  });
  const outcome = connection.exec('echo on; sleep 60', { onOutput: () => void server.close() });
  await expect(outcome).rejects.toMatchObject({ code: 'lost', passing: true });
  expect(await connection.ended).toMatchObject({ code: 'lost' });
  await expect(connection.exec('true')).rejects.toMatchObject({ code: 'lost' });
  await connection.close();
});

test('a reverse tunnel is made again on the same port, and its state tells', async () => {
  const server = await listening('again');
  const connections: SshConnection[] = [];
  const states: TunnelState[] = [];
  const tunnel = openReverseTunnel({
    open: async () => {
      const connection = await open('ssh2');
      connections.push(connection);
      return connection;
    },
    to: { host: '127.0.0.1', port: portOf(server) },
    port: 0,
    // Pauses are over at once.
    clock: { ...realClock, after: (_ms, run) => realClock.after(0, run) },
  });
  const nextOpen = (): Promise<number> =>
    new Promise((resolve) => {
      const stop = tunnel.onChange((state) => {
        states.push(state);
        if (state.kind !== 'open') return;
        stop();
        resolve(state.port);
      });
    });
  const port = await nextOpen();
  const again = nextOpen();
  await connections[0]?.close();
  expect(await again).toBe(port);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('again');
  await tunnel.close();
  expect(tunnel.state()).toEqual({ kind: 'closed' });
  expect(states.map(({ kind }) => kind)).toEqual(['open', 'waiting', 'opening', 'open']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
