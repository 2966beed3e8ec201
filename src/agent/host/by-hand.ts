/** `koubou agent service install|status|uninstall`: the service of an agent that joined by hand (`koubou agent join`). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { thisProgram } from '../../native/program.ts';
import { keepAlive, systemClock } from '../clock.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { messageOf } from '../failure.ts';
import { currentBuild } from './builds.ts';
import { holdHost } from './exclusive.ts';
import { defaultHome, homeAt, HomeFolder, type Home, type Scope } from './home.ts';
import { activate, freshManifest } from './install.ts';
import { manifestOf, readManifest } from './manifest.ts';
import { HostError } from './orders.ts';
import { placeSelf } from './place-self.ts';
import { ServiceError } from './services/service.ts';
import { openSite, siteService, siteUser, type Site } from './site.ts';

export interface ServiceArguments {
  readonly home?: string | undefined;
  readonly system: boolean;
}

export const ServiceVerb = z.enum(['install', 'status', 'uninstall']);
export type ServiceVerb = z.infer<typeof ServiceVerb>;

/** @returns the exit code: 0 done (`status`: it runs), 1 not */
export async function runServiceCommand(
  verb: ServiceVerb,
  given: ServiceArguments,
): Promise<number> {
  const release = keepAlive();
  const scope: Scope = given.system ? 'system' : 'user';
  const environment = readEnvironment();
  const usual = defaultHome(scope, process.platform, environment);
  try {
    const home = homeAt(readHome(path.resolve(given.home ?? usual)));
    const site = await openByHand(home, scope);
    if (verb === 'status') return await printStatus(site);
    const held = await holdHost(home, `somebody is at it by hand right now (${verb})`);
    try {
      await (verb === 'install' ? installByHand(site) : uninstallByHand(site));
      return 0;
    } finally {
      await held.release();
    }
  } catch (error) {
    process.stderr.write(`koubou: ${messageOf(error)}\n`);
    if (!(error instanceof HostError || error instanceof ServiceError)) throw error;
    return 1;
  } finally {
    release();
  }
}

/** @throws HostError */
function readHome(dir: string): string {
  const read = HomeFolder.safeParse(dir);
  if (read.success) return read.data;
  throw new HostError('bad_order', `${dir} ${read.error.issues[0]?.message ?? 'cannot be a home'}`);
}

async function openByHand(home: Home, scope: Scope): Promise<Site> {
  const data = (await readManifest(home)) ?? freshManifest({ scope });
  return openSite({
    home,
    manifest: manifestOf(home, data),
    environment: readEnvironment(),
    clock: systemClock,
    progress: say,
  });
}

async function installByHand(site: Site): Promise<void> {
  const { home, manifest } = site;
  const isConfigured = await readFile(home.config).catch(() => null);
  if (isConfigured === null) {
    throw new HostError(
      'bad_order',
      `there is no agent in ${home.dir}; make this PC one first: koubou agent join URL --token TOKEN --home ${home.dir}`,
    );
  }
  const { dir } = await readConfig(home.config);
  if (dir !== home.state)
    throw new HostError(
      'bad_order',
      `the agent of ${home.config} does not work in ${home.state}, but in ${dir}`,
    );
  const user = await siteUser(site);
  await manifest.set({ state: 'installing' });
  await placeSelf(home, {
    program: thisProgram(),
    build: __KOUBOU_BUILD__,
    version: __KOUBOU_VERSION__,
  });
  const { service, note } = await activate(site, user, true);
  say(`the agent runs as a service (${service}) from ${home.dir}`);
  if (note !== null) say(`note: ${note}`);
}

async function uninstallByHand(site: Site): Promise<void> {
  const { home, manifest } = site;
  const service = await siteService(site);
  if (service === null) return say(`there is no service of an agent in ${home.dir}`);
  await service.uninstall();
  await manifest.set({ service: null, state: 'installing' });
  say(`the service (${service.kind}) is stopped and removed; attempts that were at work go on`);
  say(`all else of the agent is in ${home.dir}; remove that folder when it is of no more use`);
}

async function printStatus(site: Site): Promise<number> {
  const service = await siteService(site);
  if (service === null) {
    say(`there is no service of an agent in ${site.home.dir}`);
    return 1;
  }
  const { running, detail } = await service.status();
  const build = (await currentBuild(site.home)) ?? 'none';
  say(
    `${service.kind}: ${running ? 'running' : 'not running'} (${detail}), build ${build}, ${site.home.dir}`,
  );
  return running ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
