/** A real redis-server on a free port of this machine, in a folder of its own, that writes everything to disk at once. Gone at the end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';

export interface RedisServer {
  readonly port: number;
  readonly dir: string;
  /** Its address, without a user. */
  readonly url: string;
  /** A client for the test itself; closed with the server. */
  client(): Redis;
  /** As when its power goes. */
  kill(): Promise<void>;
  /** Again, with what is on its disk; resolves when it answers. */
  start(): Promise<void>;
  /** It takes no answer and gives none, until it goes on. */
  freeze(): void;
  goOn(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

type ClientOptions = Pick<RedisOptions, 'username' | 'password' | 'db'>;

export interface ServerOptions {
  /** Lines of its configuration, on top of the usual ones. */
  readonly settings?: readonly string[];
  /** What a client needs to be let in. */
  readonly login?: ClientOptions;
  /** Only TLS; the folder holds `ca.pem`, `redis.pem`, `redis.key`. */
  readonly tls?: boolean;
  /** A sentinel instead of a server. */
  readonly sentinel?: boolean;
  /** Made before it starts, in its folder. */
  readonly furnish?: (dir: string) => Promise<void>;
}

/** Resolves when it answers. */
export async function startRedis(options: ServerOptions = {}): Promise<RedisServer> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'koubou-redis-'));
  await options.furnish?.(dir);
  const port = await freePort();
  writeSettings(dir, port, options);
  const clients = new Set<Redis>();
  let child: ChildProcess | undefined;
  const client = (): Redis => {
    const made = new Redis({
      host: '127.0.0.1',
      port,
      ...(options.tls ? { tls: { ca: fs.readFileSync(path.join(dir, 'ca.pem')) } } : {}),
      ...options.login,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    // It is killed and comes again: what is asked meanwhile waits.
    made.on('error', () => {});
    clients.add(made);
    return made;
  };
  const start = async (): Promise<void> => {
    child = spawn('redis-server', [
      path.join(dir, 'redis.conf'),
      ...(options.sentinel ? ['--sentinel'] : []),
    ]);
    await answers(client());
  };
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    port,
    dir,
    url: `redis${options.tls ? 's' : ''}://127.0.0.1:${port}`,
    client,
    kill,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      for (const one of clients) one.disconnect();
      await kill();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answers(client: Redis): Promise<void> {
  await client.ping();
  // After a restart it reads its disk first.
  for (;;) {
    const info = await client.info();
    if (!info.includes('loading:1')) break;
  }
  client.disconnect();
}

function writeSettings(dir: string, port: number, options: ServerOptions): void {
  const listens = options.tls
    ? [
        'port 0',
        `tls-port ${port}`,
        `tls-ca-cert-file ${dir}/ca.pem`,
        `tls-cert-file ${dir}/redis.pem`,
        `tls-key-file ${dir}/redis.key`,
        'tls-auth-clients no',
      ]
    : [`port ${port}`];
  const keeps = options.sentinel
    ? []
    : ['appendonly yes', 'appendfsync always', 'save ""', 'enable-debug-command local'];
  fs.writeFileSync(
    path.join(dir, 'redis.conf'),
    [
      ...listens,
      'bind 127.0.0.1',
      `dir ${dir}`,
      'logfile redis.log',
      ...keeps,
      ...(options.settings ?? []),
      '',
    ].join('\n'),
  );
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  // A node of a cluster listens 10,000 above, too, which must be a port as well.
  return address.port < 55_000 ? address.port : await freePort();
}
