/** The workshop under test: hosts, a coordinator and agents on them, each kept running; repositories and a forge that can fail. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { AgentId } from '../../src/shared/ids.ts';
import { openForge, type HttpForge } from './forge.ts';
import { mountBootId, mountImages } from './disk.ts';
import { makeHost, type Host } from './host.ts';
import { openHub, type Hub } from './hub.ts';
import { openNetwork, type Network } from './network.ts';
import { openProxy, type Proxy } from './proxy.ts';
import type { Random } from './random.ts';
import { makeRepo, type Repo } from './repos.ts';
import { startService, type Service } from './service.ts';
import { until } from './time.ts';

export interface AgentHost extends Host {
  readonly service: Service;
  readonly proxy: Proxy;
  /** Pulls the network cable: packets vanish. `null` without a network of its own. */
  readonly plug: ((isIn: boolean) => void) | null;
  /** The agent's own folder. */
  readonly data: string;
}

export interface Workshop {
  readonly coordinator: Host & { readonly service: Service; readonly data: string };
  readonly agents: readonly AgentHost[];
  readonly repos: readonly Repo[];
  readonly forge: HttpForge;
  /** Where tasks are made from issues, and changes are pull requests. */
  readonly hub: Hub;
  readonly url: string;
  /** Of people and programs; it never changes. */
  readonly token: string;
  /** What the tokens of agents and attempts are made of. */
  readonly secret: string;
  /** Ends everything in order. @returns what did not end as it should */
  close(): Promise<string[]>;
}

export interface WorkshopOptions {
  /** Everything of the run is below. */
  readonly folder: string;
  /** The built program. */
  readonly program: string;
  readonly random: Random;
  /** We are root in namespaces of our own. */
  readonly isolated: boolean;
  readonly agents: number;
  readonly slots: number;
}

const PORT = 8080;
/** GitHub takes one write a second: labels say nothing that the comment does not. */
const SETTINGS = 'github: { labels: null, pollSeconds: 15 }\n';
const START_MS = 60_000;
const AGENT_DISK_MB = 96;
const COORDINATOR_DISK_MB = 768;
/** Longer than the longest orderly end of either program. */
const STOP_MS = 40_000;

export async function openWorkshop(options: WorkshopOptions): Promise<Workshop> {
  const { folder, isolated } = options;
  for (const name of ['logs', 'hosts', 'forge', 'home', 'tmp', 'printed'])
    mkdirSync(path.join(folder, name), { recursive: true });
  if (isolated) {
    mountImages(imagesOf(folder));
    mountBootId(imagesOf(folder));
  }
  const network = isolated ? openNetwork() : null;
  const forge = await openForge(path.join(folder, 'forge'));
  const hub = await openHub();
  const repos = makeRepos(folder, forge.port);
  const port = isolated ? PORT : await freePort();
  const coordinator = await startCoordinator(options, port);
  const agents: AgentHost[] = [];
  for (let i = 1; i <= options.agents; i++)
    agents.push(await startAgent(i, options, { port, network, secret: coordinator.secret }));
  return {
    coordinator,
    agents,
    repos,
    forge,
    hub,
    url: `http://127.0.0.1:${port}`,
    token: coordinator.token,
    secret: coordinator.secret,
    async close() {
      const services = [...agents.map(({ service }) => service), coordinator.service];
      const wrong: string[] = [];
      for (const service of services) {
        const code = await service.stop(STOP_MS);
        if (code !== 0)
          wrong.push(`${service.name} ended with ${code ?? 'a kill: it did not end by itself'}`);
      }
      await Promise.all(agents.map(async ({ proxy }) => await proxy.close()));
      network?.close();
      await forge.close();
      await hub.close();
      return wrong;
    },
  };
}

function imagesOf(folder: string): string {
  return path.join(folder, 'images');
}

/** Of every kind there is: with and without a work tree, local and over http, with and without tests. */
function makeRepos(folder: string, port: number): Repo[] {
  const local = (name: string): string => path.join(folder, 'home', name);
  const served = (name: string): string => path.join(folder, 'forge', `${name}.git`);
  const repos = [
    { name: 'tree', address: local('tree'), dir: local('tree'), hasTree: true },
    { name: 'bare', address: local('bare.git'), dir: local('bare.git'), hasTree: false },
    ...['one', 'two'].map((name) => ({
      name,
      address: `http://127.0.0.1:${port}/${name}.git`,
      dir: served(name),
      hasTree: false,
    })),
  ];
  for (const { dir, hasTree, name } of repos)
    makeRepo(dir, { bare: !hasTree, tests: name === 'tree' || name === 'one' });
  return repos;
}

async function startCoordinator(
  { folder, program, random, isolated }: WorkshopOptions,
  port: number,
): Promise<Workshop['coordinator'] & { secret: string; token: string }> {
  const host = makeHost({
    name: 'coordinator',
    dir: path.join(folder, 'hosts/coordinator'),
    disk: isolated ? { mb: COORDINATOR_DISK_MB, images: imagesOf(folder) } : null,
    network: null,
    env: environment(folder),
  });
  const data = path.join(host.dir, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(data, 'config.yaml'), SETTINGS);
  const argv = [
    process.execPath,
    program,
    'serve',
    '--data',
    data,
    '--port',
    String(port),
    '--agents',
    '0',
  ];
  const service = startService({ ...serviceOf(host, folder, argv), random });
  const isUp = await until(() => answers(port), START_MS);
  if (!isUp) throw new Error(`the coordinator does not start: see ${folder}/logs/coordinator.log`);
  const read = (name: string): string => readFileSync(path.join(data, name), 'utf8').trim();
  return { ...host, service, data, secret: read('secret'), token: read('token') };
}

async function startAgent(
  index: number,
  { folder, program, random, isolated, slots }: WorkshopOptions,
  { port, network, secret }: { port: number; network: Network | null; secret: string },
): Promise<AgentHost> {
  const name = `agent-${index}`;
  const proxy = await openProxy(network?.address ?? '127.0.0.1', () => port);
  const cable = network?.addHost(index, PORT, proxy.port) ?? null;
  const host = makeHost({
    name,
    dir: path.join(folder, 'hosts', name),
    disk: isolated ? { mb: AGENT_DISK_MB, images: imagesOf(folder) } : null,
    network: cable?.name ?? null,
    env: environment(folder),
  });
  const data = path.join(host.dir, 'data');
  const config = path.join(folder, `${name}.json`);
  const coordinator = `http://127.0.0.1:${cable ? PORT : proxy.port}`;
  const id = AgentId.parse(name);
  const who = { agentId: id, name, token: agentToken(secret, id) };
  writeFileSync(config, JSON.stringify({ ...who, coordinator, slots, dir: data, local: false }), {
    mode: 0o600,
  });
  const argv = [process.execPath, program, 'agent', 'run', '--config', config];
  const service = startService({ ...serviceOf(host, folder, argv), random });
  return { ...host, service, proxy, plug: cable?.plug ?? null, data };
}

function serviceOf(
  host: Host,
  folder: string,
  argv: readonly string[],
): { name: string; argv: string[]; env: NodeJS.ProcessEnv; log: string } {
  const log = path.join(folder, 'logs', `${host.name}.log`);
  return { name: host.name, argv: host.argv(argv), env: host.env, log };
}

/** Nothing of whoever started the laboratory. */
function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: path.join(folder, 'home'),
    TMPDIR: path.join(folder, 'tmp'),
    LANG: 'C.UTF-8',
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/health`);
    return true;
  } catch {
    // Not yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const proxy = await openProxy('127.0.0.1', () => 0);
  await proxy.close();
  return proxy.port;
}
