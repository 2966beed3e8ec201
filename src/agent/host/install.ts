/**
 * Makes this host an agent, in two orders: first its key and the signing request, then, with the certificate, its
 * configuration and its service. Every step may be repeated; what is there already is used.
 */
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { exists } from '../exists.ts';
import { keepCertificate, makeKey, signingRequest } from '../identity/files.ts';
import { endOfAgentLog } from './agent-log.ts';
import { giveTo } from './account.ts';
import { ensureApiToken } from './api-token.ts';
import { currentBuild, readRefused, readValid, setCurrent, writeNext } from './builds.ts';
import { realDisk } from './durable.ts';
import type { Home } from './home.ts';
import { manifestOf, readManifest, type ManifestData } from './manifest.ts';
import {
  HostError,
  type AgentOrders,
  type CertificateOrder,
  type HostAnswer,
  type InstallOrder,
  type Owner,
} from './orders.ts';
import { ServiceError, type ServiceManager, type ServiceUser } from './services/service.ts';
import { installService, openSite, siteUser, type Site, type SiteDeps } from './site.ts';

export type InstallDeps = Omit<SiteDeps, 'manifest'>;

/** The address of the agent's own API. */
const API = { host: '127.0.0.1', port: 8081 };

type Answer<T extends HostAnswer['type']> = Extract<HostAnswer, { type: T }>;

/** The first order: claims the host for the workshop, and makes the key. @throws HostError */
export async function beginInstall(
  order: InstallOrder,
  deps: InstallDeps,
): Promise<Answer<'request'>> {
  const { home } = deps;
  const { build, scope, owner, config } = order;
  if (scope === 'system' && process.getuid !== undefined && process.getuid() !== 0)
    throw new HostError('needs_root', 'an installation for the whole machine needs root (sudo)');
  await checkBuild(home, build);
  const before = await claimable(home, owner);
  if (before?.owner?.id !== owner.id) await rm(home.identity, { recursive: true, force: true });
  const manifest = manifestOf(home, before ?? freshManifest(order));
  const isThere = before?.state === 'installed' && before.scope === scope;
  await manifest.set({ owner, scope, config, ...(!isThere && { state: 'installing' }) });
  for (const folder of order.folders) await manifest.record({ kind: 'folder', path: folder });
  await siteUser(openSite({ ...deps, manifest }));
  await placeBuild(home, build, isThere);
  await makeKey(home.identity);
  return { type: 'request', request: await signingRequest(home.identity, config.agentId) };
}

/** The second order: the agent gets its identity and runs. @throws HostError, ServiceError */
export async function finishInstall(
  order: CertificateOrder,
  deps: InstallDeps,
): Promise<Answer<'installed'>> {
  const { home } = deps;
  const before = await claimable(home, order.owner);
  const config = order.config ?? before?.config ?? null;
  if (before !== null && before.owner?.id !== order.owner.id)
    throw new HostError('owned_by_another', ownedBy(before, home));
  if (before === null || config === null)
    throw new HostError('bad_order', 'there is no installation to go on with; begin it first');
  const manifest = manifestOf(home, before);
  const site = openSite({ ...deps, manifest });
  const user = await siteUser(site);
  await keepCertificate(home.identity, order);
  const isNew = await writeConfig(home, config);
  return await activate(site, user, isNew);
}

/** Installs the service of a home that has all an agent needs, and sees it run. @throws HostError, ServiceError */
export async function activate(
  site: Site,
  user: ServiceUser,
  isNew: boolean,
): Promise<Answer<'installed'>> {
  const { home, manifest } = site;
  await makeFolders(home);
  if (manifest.data.scope === 'system' && process.platform !== 'win32')
    await giveTo(site.machine, user, home.dir);
  const service = await installService(site, user);
  const running = (await service.status()).running;
  const changed = isNew || site.machine.changed || !running || (await exists(home.next));
  if (changed) await startAndSee(service, site);
  await manifest.set({ state: 'installed' });
  // Written by root since then.
  if (manifest.data.scope === 'system' && process.platform !== 'win32')
    await giveTo(site.machine, user, home.manifest);
  const build = (await currentBuild(home)) ?? '';
  return { type: 'installed', build, service: service.kind, note: service.note, changed };
}

/** A manifest for what is about to be installed. */
export function freshManifest({ scope }: Pick<ManifestData, 'scope'>): ManifestData {
  return {
    format: 1,
    state: 'installing',
    owner: null,
    scope,
    service: null,
    runit: null,
    config: null,
    made: [],
  };
}

/** @throws HostError when the build is not whole, or failed here before */
async function checkBuild(home: Home, build: string): Promise<void> {
  if ((await readValid(home, build)) === null) {
    throw new HostError(
      'build_not_valid',
      `build ${build} is not whole in ${home.dir}; upload it again`,
    );
  }
  const why = (await readRefused(home)).get(build);
  if (why !== undefined) {
    throw new HostError(
      'build_refused',
      `build ${build} failed on this host before (${why}); install another one`,
    );
  }
}

/**
 * What was begun by a workshop that went away may be taken over; what runs may not.
 * @throws HostError `owned_by_another`
 */
async function claimable(home: Home, owner: Owner): Promise<ManifestData | null> {
  const before = await readManifest(home);
  if (before === null || before.state === 'installing' || before.owner?.id === owner.id)
    return before;
  throw new HostError('owned_by_another', ownedBy(before, home));
}

/** Whose agent it is, and what to do. */
export function ownedBy({ owner }: ManifestData, home: Home): string {
  return owner === null
    ? `the agent in ${home.dir} was installed by hand; run "koubou agent service uninstall" there and remove ${home.dir} first`
    : `this host is an agent of another workshop (${owner.name || owner.id}); remove it there first`;
}

/** The first build runs at once; a newer one has to be welcomed before it takes the place of the one that runs. */
async function placeBuild(home: Home, build: string, isThere: boolean): Promise<void> {
  const current = await currentBuild(home);
  if (current === build) return;
  const runs = isThere && current !== null && (await readValid(home, current)) !== null;
  if (runs) await writeNext(home, { build, tries: 0 });
  else await setCurrent(home, build);
}

/** @returns whether it is not what was there */
async function writeConfig(home: Home, config: AgentOrders): Promise<boolean> {
  const { coordinator, agentId, name, slots, specialties, labels } = config;
  const before = await readFile(home.config, 'utf8').catch(() => null);
  const whole = {
    ...{ coordinator, agentId, name, slots, specialties, labels },
    ...{ dir: home.state, identity: home.identity, local: false, api: API },
    ...ownersOf(before),
  };
  const text = `${JSON.stringify(whole, null, 2)}\n`;
  if (before === text) return false;
  await realDisk.write(home.config, text);
  return true;
}

/** What only the owner of the machine writes there: nobody else's orders change it. */
const Owners = z.object({ restCommand: z.array(z.string()).optional() });

function ownersOf(text: string | null): z.infer<typeof Owners> {
  try {
    return Owners.safeParse(JSON.parse(text ?? '{}')).data ?? {};
  } catch {
    // What cannot be read is written anew.
    return {};
  }
}

async function makeFolders(home: Home): Promise<void> {
  for (const folder of [home.state, home.lock, home.log, home.native])
    await mkdir(folder, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') await chmod(home.dir, 0o755);
  await ensureApiToken(home);
}

const START_MS = 10_000;

/** @throws ServiceError with the end of the agent's log */
async function startAndSee(service: ServiceManager, { machine, home }: Site): Promise<void> {
  const before = await machine.keeper();
  await service.start();
  const runs = async (): Promise<boolean> => {
    const keeper = await machine.keeper();
    return keeper !== null && keeper !== before;
  };
  if (process.platform === 'win32' || (await machine.until(runs, START_MS))) return;
  const { detail } = await service.status();
  throw new ServiceError(
    `the service was started, but the agent does not run (${detail})\n${await endOfAgentLog(home)}`,
  );
}
