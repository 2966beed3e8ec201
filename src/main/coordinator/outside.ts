/** What other PCs see of this one, put together: the door to the LAN, who may come in by it, and invitations. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { ok } from '../../shared/result.ts';
import { serveExecutable } from './fleet/executables.ts';
import type { FleetService } from './fleet/fleet.ts';
import type { Identity } from './fleet/identity/identity.ts';
import { createInvitations, type Invitations } from './fleet/identity/invitations.ts';
import type { GitGateway } from './gateway/git-http.ts';
import type { ModelProxy } from './gateway/models/proxy.ts';
import type { Sync } from './forge/github/sync/sync.ts';
import type { Journal } from './journal/port.ts';
import { createDoor, type Door } from './lan/door.ts';
import type { PeopleSide } from './lan/person-side.ts';
import type { Releases } from './releases/releases.ts';

/** Where the door is to be. */
export interface LanPlace {
  readonly host: string;
  readonly port: number;
}

export interface OutsideDeps {
  readonly journal: Journal;
  readonly identity: Identity;
  readonly fleet: Pick<FleetService, 'upgrade'>;
  readonly git: Pick<GitGateway, 'handle'>;
  readonly models: Pick<ModelProxy, 'handle'>;
  readonly releases: Pick<Releases, 'list'>;
  readonly sync: Pick<Sync, 'webhook'>;
  /** What people ask; `null`: not ready yet. */
  readonly people: () => PeopleSide | null;
  readonly lan: LanPlace & {
    /** From the start; else as soon as somebody of another PC is a member, or is invited. */
    readonly open: boolean;
  };
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Outside {
  readonly door: Door;
  readonly invitations: Invitations;
  close(): Promise<void>;
}

export async function openOutside(deps: OutsideDeps): Promise<Outside> {
  const { journal, identity, fleet, releases, git, models, lan, sync } = deps;
  const { enrolments, authority } = identity;
  const door: Door = createDoor({
    ...deps,
    host: lan.host,
    port: lan.port,
    enrolments,
    authority,
    join: async (request) => await invitations.accept(request),
    agents: fleet.upgrade,
    git: git.handle,
    models: models.handle,
    webhook: sync.webhook.handle,
    executables: (request: IncomingMessage, response: ServerResponse) =>
      serveExecutable(request, response, releases),
  });
  const invitations = createInvitations({
    ...deps,
    enrolments,
    authority,
    async openDoor() {
      const opened = await door.open();
      return opened.ok ? ok(opened.value.origin) : opened;
    },
  });
  const isAwaited = journal.agents().some(({ enrolment }) => enrolment !== null);
  if (lan.open || isAwaited) await door.keepOpen();
  return { door, invitations, close: door.close };
}
