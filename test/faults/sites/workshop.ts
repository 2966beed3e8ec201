/** Several coordinators on one Redis, each with an agent on a host of its own, all kept running; one repository that all of them merge into. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentToken } from '../../../src/main/coordinator/gateway/tokens.ts';
import { AgentId } from '../../../src/shared/ids.ts';
import { startRedis, type RedisServer } from '../../support/redis/server.ts';
import { clientOf, type Client } from '../client.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import type { Random } from '../random.ts';
import { makeRepo, type Repo } from '../repos.ts';
import { startService, type Service } from '../service.ts';
import { until } from '../time.ts';

export interface SiteHost {
  readonly name: string;
  readonly service: Service;
  readonly agent: Service;
  /** Between this coordinator and Redis. */
  readonly wire: Proxy;
  readonly client: Client;
  /** The coordinator's own folder. */
  readonly data: string;
}

export interface SitesWorkshop {
  readonly sites: readonly SiteHost[];
  readonly redis: RedisServer;
  readonly repos: readonly Repo[];
  /** Ends all but Redis in order. @returns what did not end as it should */
  close(): Promise<string[]>;
}

export interface SitesOptions {
  /** Everything of the run is below. */
  readonly folder: string;
  /** The built program. */
  readonly program: string;
  readonly random: Random;
  readonly count: number;
  /** We are root in namespaces of our own. */
  readonly isolated: boolean;
  readonly giveUp: AbortSignal;
}

const NAMES = ['tokyo', 'osaka', 'london', 'lima', 'cairo', 'oslo', 'delhi', 'quito'];
export const MOST_SITES = NAMES.length;
const SLOTS = 3;
const START_MS = 90_000;
/** Longer than the longest orderly end of either program. */
const STOP_MS = 40_000;

export async function openSites(options: SitesOptions): Promise<SitesWorkshop> {
  const { folder, count, isolated } = options;
  if (isolated) execFileSync('ip', ['link', 'set', 'lo', 'up']);
  for (const name of ['logs', 'hosts', 'home', 'tmp', 'printed'])
    mkdirSync(path.join(folder, name), { recursive: true });
  const repos = ['one', 'two'].map((name): Repo => {
    const dir = path.join(folder, 'home', `${name}.git`);
    makeRepo(dir, { bare: true, tests: name === 'one' });
    return { name, address: dir, dir, hasTree: false };
  });
  const redis = await startRedis();
  // One after the other: each of them needs a core to start.
  const sites: SiteHost[] = [];
  for (const name of NAMES.slice(0, count)) sites.push(await startSite(name, redis, options));
  return {
    sites,
    redis,
    repos,
    async close() {
      const services = sites.flatMap(({ agent, service }) => [agent, service]);
      const codes = await Promise.all(
        services.map(async (service) => ({
          name: service.name,
          code: await service.stop(STOP_MS),
        })),
      );
      await Promise.all(sites.map(async ({ wire }) => await wire.close()));
      return codes
        .filter(({ code }) => code !== 0)
        .map(
          ({ name, code }) => `${name} ended with ${code ?? 'a kill: it did not end by itself'}`,
        );
    },
  };
}

async function startSite(
  name: string,
  redis: RedisServer,
  { folder, program, random, giveUp }: SitesOptions,
): Promise<SiteHost> {
  const wire = await openProxy('127.0.0.1', () => redis.port);
  const data = path.join(folder, 'hosts', name);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const queue = `redis://127.0.0.1:${wire.port}`;
  const start = (service: string, args: readonly string[]): Service =>
    startService({
      name: service,
      argv: [process.execPath, program, ...args],
      env: environment(folder),
      log: path.join(folder, 'logs', `${service}.log`),
      random,
    });
  const place = ['--data', data, '--port', String(port), '--agents', '0'];
  const service = start(name, ['serve', ...place, '--queue', queue, '--site', name]);
  if (!(await until(() => answers(url), START_MS)))
    throw new Error(`${name} does not start: see ${folder}/logs/${name}.log`);
  const read = (file: string): string => readFileSync(path.join(data, file), 'utf8').trim();
  const client = clientOf({ url, token: read('token') }, giveUp);
  const id = AgentId.parse(`agent-${name}`);
  const config = path.join(folder, `${id}.json`);
  const dir = path.join(folder, 'hosts', id);
  const who = { agentId: id, name: id, token: agentToken(read('secret'), id) };
  const about = { ...who, coordinator: url, slots: SLOTS, dir, local: false };
  writeFileSync(config, JSON.stringify(about), { mode: 0o600 });
  const agent = start(id, ['agent', 'run', '--config', config]);
  return { name, service, agent, wire, client, data };
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

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/health`);
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
