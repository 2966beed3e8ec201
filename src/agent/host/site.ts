/** One installation with everything that works on it: the home, its manifest, its user, its service. */
import type { Clock } from '../../shared/clock.ts';
import type { Environment } from '../config.ts';
import { ensureUser, findUser, ourselves } from './account.ts';
import type { Home } from './home.ts';
import { realMachine, type RealMachine } from './machine.ts';
import type { Manifest } from './manifest.ts';
import { kindsFor, managerFor } from './services/choose.ts';
import { findFacts } from './services/facts.ts';
import {
  ServiceError,
  serviceName,
  type ServiceContext,
  type ServiceKind,
  type ServiceManager,
  type ServiceUser,
} from './services/service.ts';

export interface SiteDeps {
  readonly home: Home;
  readonly manifest: Manifest;
  readonly environment: Environment;
  readonly clock: Clock;
  /** One line for people. */
  readonly progress: (message: string) => void;
}

export interface Site extends SiteDeps {
  readonly machine: RealMachine;
  /** Of the service, and of the user of a system installation. */
  readonly name: string;
}

export function openSite(deps: SiteDeps): Site {
  const { home, manifest } = deps;
  const machine = realMachine({ ...deps, record: (made) => manifest.record(made) });
  return { ...deps, machine, name: serviceName(home, manifest.data.scope) };
}

/** The user that the agent works as, made when it is missing. @throws HostError */
export async function siteUser(site: Site): Promise<ServiceUser> {
  return await ensureUser({ ...site, scope: site.manifest.data.scope });
}

/** The service that was installed; `null`: none was. */
export async function siteService(site: Site): Promise<ServiceManager | null> {
  const { service, runit } = site.manifest.data;
  return service === null ? null : managerFor(service, await siteContext(site), runit);
}

/** With the user as it is: one that is gone already is not made again to remove what was its. */
export async function siteContext(site: Site): Promise<ServiceContext> {
  const isSystem = site.manifest.data.scope === 'system';
  return contextOf(site, (isSystem ? await findUser(site.name) : null) ?? ourselves());
}

/**
 * Installs the first kind of service that this host does not refuse.
 * @throws ServiceError naming every kind that was tried
 */
export async function installService(site: Site, user: ServiceUser): Promise<ServiceManager> {
  const { manifest, environment, progress } = site;
  const { scope, service: before } = manifest.data;
  const facts = await findFacts(environment);
  const refused: string[] = [];
  for (const kind of inOrder(kindsFor(facts, scope), before)) {
    if (before !== null && before !== kind) await removeKind(site, before, user);
    await manifest.set({ service: kind, runit: facts.runit });
    const manager = managerFor(kind, contextOf(site, user), facts.runit);
    try {
      await manager.install();
      progress(`installed as a service (${kind})`);
      return manager;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      progress(`${kind} is not possible here: ${error.message}`);
      refused.push(`${kind}: ${error.message}`);
      await removeKind(site, kind, user);
    }
  }
  throw new ServiceError(`no kind of service works here\n${refused.join('\n')}`);
}

/** What works already is tried first, unless it is one of those that end with a login or a restart. */
function inOrder(kinds: readonly ServiceKind[], before: ServiceKind | null): ServiceKind[] {
  const isWeak = before === 'systemd_session' || before === 'detached';
  if (before === null || isWeak || !kinds.includes(before)) return [...kinds];
  return [before, ...kinds.filter((kind) => kind !== before)];
}

function contextOf(site: Site, user: ServiceUser): ServiceContext {
  const { home, name, machine, manifest } = site;
  return { home, name, machine, user, scope: manifest.data.scope };
}

async function removeKind(site: Site, kind: ServiceKind, user: ServiceUser): Promise<void> {
  const manager = managerFor(kind, contextOf(site, user), site.manifest.data.runit);
  try {
    await manager.uninstall();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // What it did not let us make cannot be taken back by it either; the manifest has what is left.
    site.progress(`${kind}: ${error.message}`);
  }
}
