/** Where the built-in client ends: ports that are no SSH, and hosts that only the system's ssh can reach. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectOptions } from '../../src/main/coordinator/provision/ssh/connect.ts';
import { openSsh } from '../../src/main/coordinator/provision/ssh/connect.ts';
import { openConnection } from '../../src/main/coordinator/provision/ssh/open.ts';
import { resolveTarget } from '../../src/main/coordinator/provision/ssh/route.ts';
import { sshRunner } from '../../src/main/coordinator/provision/ssh/run-ssh.ts';
import { parseTarget } from '../../src/main/coordinator/provision/ssh/target.ts';
import { portOf } from '../../src/main/coordinator/provision/ssh/testing/fake-server.ts';
import {
  hopTo,
  makeKey,
  ME,
  startSshd,
} from '../../src/main/coordinator/provision/ssh/testing/sshd.ts';
import {
  connectTo,
  optionsWith,
  personWho,
  routeOver,
} from '../../src/main/coordinator/provision/ssh/testing/workbench.ts';

let dir: string;
let key: string;

beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-ssh-odd-'));
  key = makeKey(dir, 'id');
});
afterAll(() => rmSync(dir, { recursive: true }));

const options = (more: Partial<ConnectOptions> = {}): ConnectOptions =>
  optionsWith(path.join(dir, 'known_hosts'), more);

describe('ports that are no SSH', () => {
  async function portThat(
    say: (socket: net.Socket) => void,
  ): Promise<{ port: number; close: () => Promise<void> }> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      say(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    };
    return { port: portOf(server), close };
  }
  const short = { timeouts: { handshakeMs: 300, replyMs: 300 } };

  test.each<[string, (socket: net.Socket) => void, string]>([
    ['hangs', () => undefined, 'timeout'],
    ['hangs after its name', (socket) => socket.write('SSH-2.0-Slow\r\n'), 'timeout'],
    ['answers HTTP', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'not_ssh'],
    ['answers HTTP and stays', (socket) => socket.write('220 mail ready\r\n'), 'timeout'],
    ['answers random bytes', (socket) => socket.end(randomBytes(5000)), 'not_ssh'],
    ['answers without end', (socket) => socket.write('x'.repeat(100_000)), 'not_ssh'],
    ['speaks SSH 1', (socket) => socket.end('SSH-1.5-old\n'), 'lost'],
    [
      'breaks off in the handshake',
      (socket) => socket.end('SSH-2.0-x\r\n\0\0\0\x10garbage-garbage-garbage'),
      'lost',
    ],
    ['closes at once', (socket) => socket.end(), 'shut_out'],
    ['shuts us out', (socket) => socket.end('Not allowed at this time\r\n'), 'shut_out'],
  ])('one that %s', async (_name, say, code) => {
    const server = await portThat(say);
    await expect(connectTo(hopTo(server.port), options(short))).rejects.toMatchObject({ code });
    await server.close();
  });

  test('one that is closed, and a name that does not exist', async () => {
    await expect(connectTo(hopTo(1), options())).rejects.toMatchObject({ code: 'refused' });
    const unknown = hopTo(22, { host: 'no-such-host.invalid' });
    await expect(connectTo(unknown, options())).rejects.toMatchObject({ code: 'unknown_name' });
  });

  test('a try can be stopped while a port hangs', async () => {
    const server = await portThat(() => stop.abort());
    const stop = new AbortController();
    await expect(
      connectTo(hopTo(server.port), options({ signal: stop.signal })),
    ).rejects.toMatchObject({ code: 'cancelled' });
    await server.close();
  });
});

describe('what only the system can do', () => {
  const system = (config: string): { program: string; configFiles: string[] } => {
    const file = path.join(dir, `config-${randomBytes(4).toString('hex')}`);
    writeFileSync(file, config);
    return { program: 'ssh', configFiles: [file] };
  };
  const asKey = `Host *\n  IdentityAgent none\n  IdentitiesOnly yes\n`;

  test('a server with post-quantum key exchange only: asked for once, then known', async () => {
    const server = await startSshd({ lines: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'] });
    server.authorize(`${key}.pub`);
    const file = path.join(dir, 'pq_known_hosts');
    const hop = hopTo(server.port, { identityFiles: [key] });
    await expect(connectTo(hop, optionsWith(file))).rejects.toMatchObject({
      code: 'no_common_algorithm',
    });
    const { ask, asked } = personWho(() => []);
    const through = {
      ...optionsWith(file, { ask }),
      system: system(`${asKey}  IdentityFile ${key}\n`),
    };
    for (let time = 0; time < 2; time += 1) {
      const connection = await openConnection(routeOver(hop), through);
      expect((await connection.exec('echo in')).stdout).toBe('in\n');
      await connection.close();
    }
    expect(asked).toMatchObject([
      { kind: 'host_key', host: `127.0.0.1:${server.port}`, algorithm: 'ssh-ed25519' },
    ]);
    await server.close();
  });

  test('a changed key ends it there too, before the sign-in', async () => {
    const server = await startSshd();
    server.authorize(`${key}.pub`);
    const file = path.join(dir, 'changed_known_hosts');
    writeFileSync(
      file,
      `[127.0.0.1]:${server.port} ${readFileSync(`${key}.pub`, 'utf8').trim()}\n`,
    );
    const hop = hopTo(server.port, { systemOnly: 'a test wants it' });
    const through = {
      ...optionsWith(file),
      system: system(`${asKey}  IdentityFile ${key}\n  StrictHostKeyChecking no\n`),
    };
    const outcome = openConnection(routeOver(hop), through);
    await expect(outcome).rejects.toMatchObject({ code: 'host_key_changed' });
    await expect(outcome).rejects.toThrow(`${file}:1`);
    expect(server.log()).not.toContain('userauth');
    await server.close();
  });

  test('a user certificate and a ProxyCommand', async () => {
    const authority = makeKey(dir, 'authority');
    const mine = makeKey(dir, 'certified');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'ada', '-n', ME, `${mine}.pub`], {
      stdio: 'ignore',
    });
    const server = await startSshd({ lines: [`TrustedUserCAKeys ${authority}.pub`] });
    const file = path.join(dir, 'certificate_known_hosts');
    writeFileSync(file, `[127.0.0.1]:${server.port} ${server.hostKey()}\n`);
    const through = system(
      `${asKey}  IdentityFile ${mine}\n  ProxyCommand ${process.execPath} -e "const s=require('net').connect(${server.port},'127.0.0.1');process.stdin.pipe(s).pipe(process.stdout)"\n`,
    );
    const surroundings = { home: dir, user: ME, agent: null, env: {} };
    const runSsh = sshRunner('ssh', ['-F', through.configFiles[0] ?? '']);
    const route = await resolveTarget(parseTarget(`127.0.0.1:${server.port}`), {
      runSsh,
      surroundings,
    });
    expect(route.hops[0].systemOnly).toContain('ProxyCommand');
    await expect(openSsh(route, optionsWith(file))).rejects.toMatchObject({
      code: 'needs_system_ssh',
    });
    const connection = await openConnection(route, { ...optionsWith(file), system: through });
    expect((await connection.exec('echo in')).stdout).toBe('in\n');
    await connection.close();
    await server.close();
  });

  test('a host that only a certificate authority vouches for', async () => {
    const authority = makeKey(dir, 'host_authority');
    const server = await startSshd();
    server.authorize(`${key}.pub`);
    const hostKey = path.join(server.dir, 'host_ed25519');
    execFileSync(
      'ssh-keygen',
      ['-q', '-s', authority, '-I', 'web', '-h', '-n', '127.0.0.1', `${hostKey}.pub`],
      { stdio: 'ignore' },
    );
    const certified = await startSshd({
      lines: [`HostKey ${hostKey}`, `HostCertificate ${hostKey}-cert.pub`],
    });
    certified.authorize(`${key}.pub`);
    const file = path.join(dir, 'authority_known_hosts');
    writeFileSync(
      file,
      `@cert-authority [127.0.0.1]:* ${readFileSync(`${authority}.pub`, 'utf8')}`,
    );
    const route = routeOver(hopTo(certified.port, { identityFiles: [key] }));
    await expect(openSsh(route, optionsWith(file))).rejects.toMatchObject({
      code: 'needs_system_ssh',
    });
    const through = { ...optionsWith(file), system: system(`${asKey}  IdentityFile ${key}\n`) };
    const connection = await openConnection(route, through);
    expect((await connection.exec('echo in')).stdout).toBe('in\n');
    await connection.close();
    // The same key without its certificate is not vouched for.
    const bare = openConnection(routeOver(hopTo(server.port, { identityFiles: [key] })), through);
    await expect(bare).rejects.toMatchObject({ code: 'host_key_changed' });
    await certified.close();
    await server.close();
  });

  test('a key that is not let in is told with what to do', async () => {
    const stranger = makeKey(dir, 'stranger');
    const server = await startSshd();
    const file = path.join(dir, 'stranger_known_hosts');
    writeFileSync(file, `[127.0.0.1]:${server.port} ${server.hostKey()}\n`);
    const hop = hopTo(server.port, { systemOnly: 'a test wants it' });
    const through = {
      ...optionsWith(file),
      system: system(`${asKey}  IdentityFile ${stranger}\n`),
    };
    await expect(openConnection(routeOver(hop), through)).rejects.toMatchObject({
      code: 'auth_failed',
    });
    await server.close();
  });
});
