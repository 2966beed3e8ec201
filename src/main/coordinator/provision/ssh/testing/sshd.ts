/** A real sshd for tests: on loopback, as the current user, with keys and a config of its own in a folder that goes with it. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import type { Hop } from '../route.ts';

export interface SshdOptions {
  /** More lines of sshd_config; they come first, and the first one counts. */
  readonly lines?: readonly string[];
  /** Types of host keys to make. */
  readonly hostKeys?: readonly string[];
}

export interface TestSshd {
  readonly port: number;
  readonly dir: string;
  /** Lets this public key in. */
  authorize(publicKeyFile: string): void;
  /** `type base64` of a host key. */
  hostKey(type?: string): string;
  /** What sshd wrote. */
  log(): string;
  /** Ends sshd and every connection it serves. */
  close(): Promise<void>;
}

export const ME = userInfo().username;

/** Makes a key pair; the answer is the private file. */
export function makeKey(
  dir: string,
  name: string,
  args: readonly string[] = ['-t', 'ed25519'],
): string {
  const file = path.join(dir, name);
  execFileSync('ssh-keygen', ['-q', '-N', '', ...args, '-f', file]);
  return file;
}

export async function startSshd({
  lines = [],
  hostKeys = ['ed25519'],
}: SshdOptions = {}): Promise<TestSshd> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-sshd-'));
  for (const type of hostKeys) makeKey(dir, `host_${type}`, ['-t', type]);
  const authorized = path.join(dir, 'authorized_keys');
  writeFileSync(authorized, '', { mode: 0o600 });
  const home = path.join(dir, 'home');
  mkdirSync(home);
  const port = await freePort();
  const config = [
    ...lines,
    // A home of its own: what the shell of whoever runs the tests does at its start may take any time.
    `SetEnv HOME=${home}`,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((type) => `HostKey ${path.join(dir, `host_${type}`)}`),
    `AuthorizedKeysFile ${authorized}`,
    `PidFile ${path.join(dir, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'LogLevel VERBOSE',
  ];
  writeFileSync(path.join(dir, 'config'), `${config.join('\n')}\n`);
  // Run as root, sshd wants the folder it locks its unprivileged half into.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', path.join(dir, 'config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const said: string[] = [];
  await listening(sshd, said);
  return {
    port,
    dir,
    authorize: (file) => writeFileSync(authorized, readFileSync(file), { flag: 'a' }),
    hostKey: (type = hostKeys[0] ?? 'ed25519') =>
      readFileSync(path.join(dir, `host_${type}.pub`), 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' '),
    log: () => said.join(''),
    async close() {
      await end(sshd);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A hop to a port on loopback with nothing from the computer around it. */
export function hopTo(port: number, more: Partial<Hop> = {}): Hop {
  return {
    name: '127.0.0.1',
    host: '127.0.0.1',
    port,
    user: ME,
    hostKeyAlias: null,
    identityFiles: [],
    identitiesOnly: false,
    agent: null,
    knownHostsFiles: [],
    methods: { publicKey: true, password: true, keyboardInteractive: true },
    systemOnly: null,
    ...more,
  };
}

async function listening(sshd: ChildProcess, said: string[]): Promise<void> {
  const { stderr } = sshd;
  if (stderr === null) throw new Error('sshd without stderr');
  stderr.setEncoding('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stderr.on('data', (text: string) => {
    said.push(text);
    if (text.includes('Server listening')) resolve();
  });
  sshd.once('exit', () => reject(new Error(`sshd ended: ${said.join('')}`)));
  await promise;
}

/** Its sessions are processes of their own, in sessions of their own. */
async function end(sshd: ChildProcess): Promise<void> {
  if (sshd.pid === undefined || sshd.exitCode !== null) return;
  const sessions = childrenOf(sshd.pid);
  const gone = once(sshd, 'exit');
  sshd.kill('SIGKILL');
  for (const pid of sessions) killQuietly(pid);
  await gone;
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const pids = text === '' ? [] : text.split(' ').map(Number);
    return pids.flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    // It ended meanwhile.
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return address.port;
}
