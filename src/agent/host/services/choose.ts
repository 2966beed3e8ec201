/** Which kind of service a host gets: the best that it has, by what was found there. */
import type { Scope } from '../home.ts';
import { launchd } from './launchd.ts';
import { openrc } from './openrc.ts';
import { runit } from './runit.ts';
import type { ServiceContext, ServiceKind, ServiceManager } from './service.ts';
import { systemdSystem, systemdUser } from './systemd.ts';
import { cron, detached } from './watch.ts';
import { windowsTask } from './windows.ts';

/** What a host has; see `facts.ts`. */
export interface Facts {
  readonly platform: string;
  /** systemd is what this host was started by. */
  readonly systemd: boolean;
  readonly openrc: boolean;
  /** The folder that a running `runsvdir` watches. */
  readonly runit: string | null;
  /** A cron runs, and there is a `crontab` to tell it. */
  readonly cron: boolean;
}

/** What may work here, best first; the first whose installation is not refused is taken. Pure. */
export function kindsFor(facts: Facts, scope: Scope): ServiceKind[] {
  if (facts.platform === 'darwin') return ['launchd'];
  if (facts.platform === 'win32') return ['windows_task'];
  const kinds: ServiceKind[] = [];
  if (scope === 'system') {
    if (facts.systemd) kinds.push('systemd');
    if (facts.openrc) kinds.push('openrc');
    if (facts.runit !== null) kinds.push('runit');
  } else if (facts.systemd) {
    kinds.push('systemd_user');
  }
  if (facts.cron) kinds.push('cron');
  if (scope === 'user' && facts.systemd) kinds.push('systemd_session');
  return [...kinds, 'detached'];
}

/** @param runitFolder of the facts, or of the manifest */
export function managerFor(
  kind: ServiceKind,
  context: ServiceContext,
  runitFolder: string | null,
): ServiceManager {
  switch (kind) {
    case 'systemd':
      return systemdSystem(context);
    case 'systemd_user':
      return systemdUser(context, true);
    case 'systemd_session':
      return systemdUser(context, false);
    case 'openrc':
      return openrc(context);
    case 'runit':
      return runit(context, runitFolder ?? '/etc/service');
    case 'launchd':
      return launchd(context);
    case 'windows_task':
      return windowsTask(context);
    case 'cron':
      return cron(context);
    case 'detached':
      return detached(context);
  }
}
