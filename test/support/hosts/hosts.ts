/**
 * PCs for tests: each with a file system, process tree, name, address and sshd of its own, and one more, the coordinator's,
 * that can reach them all. They are namespaces of this PC: nothing of them is in its own network, mounts or files outside
 * `workDir` and the cache, and nothing outlives this process. Need root on Linux, see `whyNoHosts`.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { NODE } from '../workshop.ts';
import { ensureBase, whyNoHosts, type Release } from './base.ts';
import type { HostOptions } from './furnish.ts';
import { makeHost, type Host } from './host.ts';
import { noteRun } from './leftovers.ts';
import { openNetwork, runTool, type Network } from './network.ts';
import { namespacesOf } from './processes.ts';

export interface Hosts {
  /** The coordinator's PC, as hosts call it. */
  readonly address: string;
  /** Makes a host and boots it. Several may be made at once. */
  add(options: HostOptions & { readonly release?: Release }): Promise<Host>;
  /**
   * `program` as it has to be started to run on the coordinator's PC: there the hosts' addresses can be reached and nothing
   * else. It has our files, is our child, takes our signals, and dies with us.
   */
  onCoordinator(program: readonly string[]): string[];
  /** Runs a program on the coordinator's PC. @returns its output; throws when it fails */
  exec(program: readonly string[], input?: string): Promise<string>;
  /** A connection from the coordinator's PC, for use in this process. Refused: it ends at once. */
  connect(address: string, port: number): Promise<net.Socket>;
  /** A port of 127.0.0.1, in this PC's own network, that leads to a port as the coordinator's PC sees it. */
  door(address: string, port: number): Promise<number>;
  /** The kernel's names of all namespaces of this run. */
  namespaces(): string[];
  /** Takes everything away. Idempotent. */
  close(): Promise<void>;
}

/** Addresses of hosts start here. */
const FIRST = 10;

/** @param options.workDir where the hosts' disks may be; not on an overlay file system */
export async function openHosts({ workDir }: { readonly workDir: string }): Promise<Hosts> {
  const why = whyNoHosts();
  if (why !== null) throw new Error(why);
  const id = `koubou-hosts-${randomBytes(6).toString('hex')}`;
  const dir = path.join(workDir, id);
  const run = noteRun(id, dir);
  mkdirSync(dir, { recursive: true });
  const network = await openNetwork();
  const switchboard = makeSwitchboard(network, path.join(dir, 'door'));
  const hosts: Host[] = [];
  const names = new Set<string>();
  let isClosed = false;
  return {
    address: network.address,
    async add({ release = 'bookworm', ...options }) {
      if (names.has(options.name)) throw new Error(`there is a host ${options.name} already`);
      names.add(options.name);
      const index = FIRST + names.size - 1;
      const base = await ensureBase(release);
      const parts = { network, run: id, dir: path.join(dir, options.name), base, index };
      const host = await makeHost(parts, options);
      hosts.push(host);
      return host;
    },
    onCoordinator: (program) => network.onCoordinator(program),
    exec: (program, input) => runTool(network.onCoordinator(program), input),
    connect: (address, port) => switchboard.connect(address, port),
    door: (address, port) => switchboard.door(address, port),
    namespaces: () => [...namespacesOf(network.pid), ...hosts.flatMap((host) => host.namespaces())],
    async close() {
      if (isClosed) return;
      isClosed = true;
      await switchboard.close();
      await network.close();
      run.clear();
    },
  };
}

interface Switchboard {
  connect(address: string, port: number): Promise<net.Socket>;
  door(address: string, port: number): Promise<number>;
  close(): Promise<void>;
}

/** A program on the coordinator's PC that makes connections for us; started when the first one is asked for. */
function makeSwitchboard(network: Network, socket: string): Switchboard {
  let program: Promise<ChildProcess> | null = null;
  const doors: net.Server[] = [];
  const open = new Set<net.Socket>();
  const connect = async (address: string, port: number): Promise<net.Socket> => {
    await (program ??= startSwitchboard(network, socket));
    const client = net.connect({ path: socket });
    open.add(client);
    client.once('close', () => open.delete(client));
    await once(client, 'connect');
    client.write(`${address} ${port}\n`);
    return client;
  };
  const lead = async (client: net.Socket, address: string, port: number): Promise<void> => {
    client.on('error', () => client.destroy());
    const target = await connect(address, port);
    target.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => target.destroy());
    client.pipe(target).pipe(client);
  };
  return {
    connect,
    async door(address, port) {
      const server = net.createServer({ noDelay: true }, (client) => {
        lead(client, address, port).catch(() => client.destroy());
      });
      doors.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const bound = server.address();
      return bound !== null && typeof bound === 'object' ? bound.port : 0;
    },
    async close() {
      for (const one of open) one.destroy();
      await Promise.all(doors.map((server) => once(server.close(), 'close')));
      const child = await program;
      if (child === null || child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function startSwitchboard(network: Network, socket: string): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, 'switchboard.ts');
  const [command = '', ...args] = network.onCoordinator([NODE, script, socket]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (child.exitCode !== null) throw new Error('the switchboard of the test hosts did not start');
  return child;
}
