/**
 * Removes an agent from this host: its service, its processes, what its manifest lists, its home; and looks afterwards
 * what of it is still there. A system installation is removed by root but belongs to a user with fewer rights, who could
 * have written anything into the manifest: only what an installation of this home can have made is touched.
 */
import { readdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../exists.ts';
import { endTree } from '../kill.ts';
import { findUser, ourselves, removeUser } from './account.ts';
import { realDisk } from './durable.ts';
import type { Home } from './home.ts';
import { freshManifest, ownedBy } from './install.ts';
import { manifestOf, readManifest, type ManifestData } from './manifest.ts';
import {
  HostError,
  type HostAnswer,
  type KeptWork,
  type Left,
  type UninstallOrder,
} from './orders.ts';
import { endOurs, processesOf } from './processes-of.ts';
import { managerFor } from './services/choose.ts';
import { findFacts } from './services/facts.ts';
import { ServiceKind, type Made } from './services/service.ts';
import { openSite, siteContext, siteService, type Site, type SiteDeps } from './site.ts';

export interface UninstallDeps extends Omit<SiteDeps, 'manifest'> {
  /** Looks as the user of the agent. */
  readonly keptWork: (site: Site) => Promise<KeptWork[]>;
}

type Uninstalled = Extract<HostAnswer, { type: 'uninstalled' }>;

/** May be repeated when it was cut off. @throws HostError, ServiceError */
export async function uninstallHost(
  order: UninstallOrder,
  deps: UninstallDeps,
): Promise<Uninstalled> {
  const { home } = deps;
  const data = await removable(order, home);
  if (data === null) return { type: 'uninstalled', removed: [], left: NOTHING };
  const manifest = manifestOf(home, data);
  const site = openSite({ ...deps, manifest });
  if (data.scope === 'system' && process.getuid !== undefined && process.getuid() !== 0)
    throw new HostError(
      'needs_root',
      'it was installed for the whole machine; removing it needs root (sudo)',
    );
  if (!order.force && data.state !== 'removing') await refuseKeptWork(site, deps);
  await manifest.set({ state: 'removing' });
  const service = await siteService(site);
  if (service !== null) {
    deps.progress(`the service (${service.kind}) is stopped and removed`);
    await service.uninstall();
  }
  deps.progress('what runs is ended');
  await endAll(site);
  deps.progress('files are removed');
  const removed = await removeMade(site, data);
  return { type: 'uninstalled', removed, left: await lookLeft(site, data, removed) };
}

const NOTHING: Left = { files: [], processes: [], units: [] };

/** `null`: nothing is here. @throws HostError */
async function removable(order: UninstallOrder, home: Home): Promise<ManifestData | null> {
  const data = await readManifest(home);
  if (data === null) {
    // An upload that was never followed by an installation.
    const names = await readdir(home.dir).catch(() => null);
    if (names === null) return null;
    const ours = new Set(Object.values({ ...home }).map((place) => path.basename(place)));
    if (names.includes(path.basename(home.config)) && order.owner !== null)
      throw new HostError('owned_by_another', ownedBy(freshManifest({ scope: 'user' }), home));
    if (names.every((name) => ours.has(name))) return freshManifest({ scope: 'user' });
    throw new HostError(
      'bad_order',
      `${home.dir} is not the home of an agent; nothing was removed`,
    );
  }
  if (order.owner !== null && data.state === 'installed' && data.owner?.id !== order.owner.id)
    throw new HostError('owned_by_another', ownedBy(data, home));
  return data;
}

async function refuseKeptWork(site: Site, { keptWork }: UninstallDeps): Promise<void> {
  const kept = await keptWork(site);
  if (kept.length === 0) return;
  const names = kept.map(({ what, why }) => `${what}: ${why}`).join('; ');
  throw new HostError(
    'work_kept',
    `this host has work that nobody else has (${names}); wait for it, save it, or remove it by force`,
    kept,
  );
}

/** Ends supervisors and what they run, then whatever else was started from the home. */
export async function endAll(site: Site): Promise<void> {
  const { home, clock } = site;
  await endTree({ dir: home.state }, { clock });
  await endOurs(home, clock);
}

/** @returns what was there and is not any more */
async function removeMade(site: Site, data: ManifestData): Promise<string[]> {
  const { home, machine, name } = site;
  const allowed = await pathsOf(site);
  const removed: string[] = [];
  // Manifest and program go last: with them, all of this can be done again.
  const last = new Set([home.manifest, home.versions]);
  for (const entry of await readdir(home.dir).catch(() => [])) {
    const place = path.join(home.dir, entry);
    if (last.has(place)) continue;
    await realDisk.remove(place);
    removed.push(place);
  }
  for (const made of data.made.toReversed()) {
    switch (made.kind) {
      case 'path':
        if (!allowed.has(made.path) || !(await exists(made.path))) break;
        await machine.remove(made.path);
        removed.push(made.path);
        break;
      case 'user':
        if (made.name !== name || data.scope !== 'system') break;
        await removeUser(machine, name);
        removed.push(`user ${name}`);
        break;
      case 'linger':
        if (made.user !== ourselves().name) break;
        await machine.run('loginctl', ['--no-ask-password', 'disable-linger', made.user]);
        removed.push(`linger of ${made.user}`);
        break;
      case 'folder':
      case 'crontab':
      case 'task':
        // Folders below; the others went with their service.
        break;
    }
  }
  await realDisk.remove(home.dir);
  removed.push(home.dir);
  return [...removed, ...(await removeFolders(data.made, [home.dir, ...allowed]))];
}

/** Those that were made on the way to something of ours, when nothing else is in them. */
async function removeFolders(made: readonly Made[], ours: readonly string[]): Promise<string[]> {
  const folders = made.flatMap((one) => (one.kind === 'folder' ? [one.path] : []));
  const onTheWay = folders.filter((folder) =>
    ours.some((place) => place.startsWith(`${folder}${path.sep}`)),
  );
  const removed: string[] = [];
  for (const folder of new Set(onTheWay.toSorted((a, b) => b.length - a.length))) {
    try {
      await rmdir(folder);
      removed.push(folder);
    } catch {
      // Somebody else uses it by now, or it is gone.
    }
  }
  return removed;
}

/** Everything outside of the home that an installation of it can have made. */
async function pathsOf(site: Site): Promise<Set<string>> {
  const { environment, manifest } = site;
  const context = await siteContext(site);
  const facts = await findFacts(environment);
  const { runit } = manifest.data;
  const watched = [facts.runit, ...RUNIT_PLACES].find((place) => place === runit) ?? null;
  return new Set(ServiceKind.options.flatMap((kind) => managerFor(kind, context, watched).files()));
}

const RUNIT_PLACES = [
  '/etc/service',
  '/service',
  '/var/service',
  '/etc/runit/runsvdir/default',
  '/run/runit/runsvdir/current',
];

async function lookLeft(
  site: Site,
  { made, scope, service }: ManifestData,
  removed: readonly string[],
): Promise<Left> {
  const { home, name } = site;
  const places = [home.dir, ...made.flatMap((one) => (one.kind === 'path' ? [one.path] : []))];
  const files: string[] = [];
  for (const place of new Set(places)) if (await exists(place)) files.push(place);
  const processes = (await processesOf(home)).map(({ pid, command }) => `${pid} ${command}`);
  const units: string[] = [];
  if (service !== null) {
    const manager = managerFor(service, await siteContext(site), site.manifest.data.runit);
    if ((await manager.status()).installed) units.push(`${service} ${name}`);
  }
  const hadUser = scope === 'system' && removed.includes(`user ${name}`);
  if (hadUser && (await findUser(name)) !== null) units.push(`user ${name}`);
  return { files, processes, units };
}
