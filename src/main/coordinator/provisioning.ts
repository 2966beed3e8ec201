/** Provisioning, put together: how hosts are signed in to, the tunnels that outlive a run, and what a run works with. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { shortWorkshopId } from '../../shared/protocol/announce.ts';
import { ok } from '../../shared/result.ts';
import type { Conditions } from './conditions.ts';
import type { FleetService } from './fleet/fleet.ts';
import type { Identity } from './fleet/identity/identity.ts';
import type { Journal } from './journal/port.ts';
import type { Door } from './lan/door.ts';
import type { Provisioner } from './provision/port.ts';
import { createProvisioner } from './provision/provisioner.ts';
import { createSshAccess } from './provision/ssh-access.ts';
import { suggestHosts } from './provision/suggest.ts';
import { Tunnels } from './provision/tunnels.ts';
import type { Releases } from './releases/releases.ts';

export interface ProvisioningDeps {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly identity: Identity;
  readonly fleet: Pick<FleetService, 'selfTests' | 'buildOf'>;
  readonly door: Door;
  readonly releases: Releases;
  readonly conditions: Pick<Conditions, 'set' | 'clear'>;
}

export async function startProvisioning(deps: ProvisioningDeps): Promise<Provisioner> {
  const { dataDir, journal, identity, fleet, conditions, home } = deps;
  const ssh = createSshAccess(deps);
  const tunnels = new Tunnels({
    ...deps,
    ssh,
    file: path.join(dataDir, 'tunnels.json'),
    hostOf: (id) => journal.agent(id)?.enrolment?.host ?? null,
    onTrouble(message) {
      if (message === null) conditions.clear('tunnel_down');
      else conditions.set('tunnel_down', message);
    },
  });
  await tunnels.start();
  return createProvisioner({
    ...deps,
    ssh,
    tunnels,
    enrolments: identity.enrolments,
    selfTest: fleet.selfTests.run,
    buildOf: fleet.buildOf,
    async workshopId() {
      const authority = await identity.authority();
      return authority.ok ? ok(authority.value.fingerprint) : authority;
    },
    async suggest() {
      // To look is no reason to make an authority.
      const isThere = existsSync(path.join(dataDir, 'ca', 'ca.pem'));
      const authority = isThere ? await identity.authority() : null;
      const workshop = authority?.ok ? shortWorkshopId(authority.value.fingerprint) : null;
      const agents = journal.agents();
      return await suggestHosts({ home, known: ssh.known.file, agents, workshop });
    },
  });
}
