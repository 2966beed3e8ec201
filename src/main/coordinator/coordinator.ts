/**
 * The composition root: builds the coordinator's parts in order, each from those before it, and ends them in the
 * opposite order. Reads as the list of what there is.
 */
import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { AgentId, AttemptId } from '../../shared/ids.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { parseQueueAddress } from '../../shared/queue-address.ts';
import type { Settings } from '../../shared/settings.ts';
import { buildApi, type Api } from './api/build.ts';
import { startApprovals } from './approvals.ts';
import { readSecrets } from './data-folder.ts';
import { createConditions, type Conditions } from './conditions.ts';
import { endedIn } from './db/ended.ts';
import { serveExecutables } from './fleet/executables.ts';
import { startFleet } from './fleet/fleet.ts';
import { createIdentity } from './fleet/identity/identity.ts';
import { createRenewals } from './fleet/identity/renewals.ts';
import { startLocalAgents, type Hold, type Program } from './fleet/local-agents.ts';
import { createRollouts } from './fleet/rollouts.ts';
import { repoKeyOf } from './forge/repo-key.ts';
import { agentToken, gitToken } from './gateway/tokens.ts';
import { openGitAccess } from './git-access.ts';
import { openAnalysis } from './open-analysis.ts';
import { keepBefore, noteProgram } from './backups/before-migration.ts';
import { openJournal, type OpenJournal } from './journal/open.ts';
import { openForges } from './open-forges.ts';
import { openModels } from './open-models.ts';
import type { Door } from './lan/door.ts';
import { createLinks, type Links } from './lan/links.ts';
import { openPeople } from './lan/people.ts';
import { openQueue, type OpenQueue } from './open-queue.ts';
import { openSessionIssues } from './open-session-issues.ts';
import { openSync } from './open-sync.ts';
import { openOutside, type LanPlace } from './outside.ts';
import { startProvisioning } from './provisioning.ts';
import { openReleases } from './releases/releases.ts';
import { openPlacing } from './scheduler/candidates.ts';
import { startScheduler } from './scheduler/scheduler.ts';
import { createSpares } from './scheduler/spares.ts';
import type { Keychain } from './secrets/secret-keeper.ts';
import { openSettings, type Given, type WorkshopSettings } from './settings/settings.ts';
import { createTaskOrders } from './task-orders.ts';
import type { Recordings } from './terminal/port.ts';
import { openRecordings } from './terminal/recordings.ts';
import { startUpkeep } from './upkeep.ts';

export interface CoordinatorOptions {
  readonly dataDir: string;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly version: string;
  /** Folder of the built UI; `undefined` serves none. */
  readonly uiDir: string | undefined;
  /** Folder of the executables for other machines; there need not be any. */
  readonly executablesDir: string;
  /** This program, to start agents with. */
  readonly program: Program;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, for `~` in paths. */
  readonly home: string;
  readonly localAgents: {
    /** `null`: as the settings say. */
    readonly count: number | null;
    /** For each of them, where the settings do not say. */
    readonly slots: number;
    /** Until when they wait with their first start; `null`: not at all. */
    readonly hold: Hold | null;
  };
  /** The system's keychain; `null` where there is none. */
  readonly keychain: Keychain | null;
  /** Where the queue is, and what this coordinator is called among those that share it; `null`: as the settings say. */
  readonly queue: { readonly address: string | null; readonly site: string | null };
  /** Where agents of other PCs come in; `null`: as the settings say. */
  readonly lan: LanPlace | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Coordinator {
  /** Origin of the API: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The token of people and programs on this machine. */
  readonly token: string;
  /** How people of other devices come in. */
  readonly links: Links;
  readonly door: Pick<Door, 'address'>;
  /** Called after each commit with its events; the answer ends it. */
  subscribe(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Ends agents, connections and files, in this order. */
  close(): Promise<void>;
  /** Ends as `close`, but lets this PC's agents and what they work on run, for a coordinator that starts soon. */
  leave(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts a coordinator; what a user can put right comes back as a text. */
export async function startCoordinator(
  options: CoordinatorOptions,
): Promise<Result<Coordinator, string>> {
  const { dataDir, clock } = options;
  const { version } = options;
  const beforeMigration = keepBefore({ dir: dataDir, version, now: clock.now.bind(clock) });
  const opening = { dir: dataDir, clock, endOfTurn: setImmediate, beforeMigration };
  const journal = openJournal(opening);
  if (!journal.ok) return fail(journal.error.message);
  noteProgram({ dir: dataDir, version });
  const settings = openSettings(dataDir, givenBy(options));
  if (!settings.ok) {
    await journal.value.close();
    return settings;
  }
  return await build(options, journal.value, settings.value);
}

async function build(
  options: CoordinatorOptions,
  opened: OpenJournal,
  settings: WorkshopSettings,
): Promise<Result<Coordinator, string>> {
  const { token, secret } = readSecrets(options.dataDir);
  const conditions = createConditions(options.clock);
  const base = { opened, settings, conditions, token, secret };
  const waiting = await openQueue({ ...options, ...base, given: options.queue });
  if (!waiting.ok) {
    await opened.close();
    return waiting;
  }
  const { api, ...open } = await assemble(options, { ...base, ...waiting.value });
  const listening = await listen(api.app, options.port);
  if (!listening.ok) {
    await open.closeAll();
    return listening;
  }
  return ok(serving(options, listening.value, open));
}

/** What stands before all else. */
interface Base extends OpenQueue {
  readonly opened: OpenJournal;
  readonly settings: WorkshopSettings;
  readonly conditions: Conditions;
  readonly token: string;
  readonly secret: string;
}

async function assemble(options: CoordinatorOptions, base: Base) {
  const { dataDir, clock, log, env } = options;
  const { queue, journal, flow, sites, opened, settings, conditions, token, secret } = base;
  const tokens = tokensOf(secret);
  const core = { journal, clock, log, repoKey: repoKeyOf };
  const transcriptOf = (id: AttemptId): string => recordings.file(id, 'transcript');
  const about = { journal, secret, settings, conditions, transcriptOf, gate: sites.gate };
  const { forge, github, pulls } = openForges({ ...options, ...about });
  const models = openModels({ ...options, ...about });
  const { supply, grantModels } = models;
  const sync = openSync({ ...options, ...about, forge, github, pulls, supply });
  const issues = openSessionIssues({ ...options, ...about, github, models });
  const git = openGitAccess({ ...core, forge, dataDir, secret, env });
  const onRoom = (): void => fleet.renewLinks('recordings can be written again');
  const recordings = recordingsOf(options, onRoom);
  const releases = openReleases(options.executablesDir);
  const identity = createIdentity({ ...core, ...options, dir: path.join(dataDir, 'ca') });
  const own = { selfTestRepo: git.selfTestRepo, renew: createRenewals({ ...core, ...identity }) };
  const takeOrder = createTaskOrders({ journal, forge, settings, supply });
  const live = liveOf(settings);
  const work = { recordings, forge, takeOrder, grantModels, limits: live.limits };
  const fleet = await startFleet({ ...core, ...tokens, ...work, ...own, releases });
  const reach = { ...core, identity, fleet, git, releases, conditions };
  const people = openPeople({ ...core, dataDir });
  const served: { people: Api['people'] | null } = { people: null };
  const lan = { lan: doorOf(options, settings), people: () => served.people };
  const outside = await openOutside({ ...reach, ...lan, models, sync });
  const links = createLinks({ people, door: outside.door });
  const { sources, history } = openAnalysis({ ...core, forge, models, settings });
  const placing = openPlacing({ ...core, fleet, settings, past: endedIn(opened.db) });
  const provisioner = await startProvisioning({ ...options, ...reach, door: outside.door });
  const spares = createSpares({ ...core, provisioner, settings });
  const told = { settings, placing, sources, spares };
  const scheduler = startScheduler({ ...core, queue, fleet, supply, ...told });
  const approvals = startApprovals({ ...core, forge });
  const upkeep = startUpkeep({ ...options, ...live, journal, conditions });
  const { backups, auditor } = upkeep;
  const rollouts = createRollouts({ ...core, releases, updates: fleet.updates });
  const parts = { backups, auditor, conditions, journal, queue, flow, forge, fleet, placing };
  const api = await buildApi({
    ...options,
    ...{ ...parts, ...core },
    ...{ provisioner, rollouts, invitations: outside.invitations, settings },
    ...{ recordings, token, people, links, consoles: fleet.consoles },
    ...{ github, sync, models, supply, history, sites },
    ...{ git: git.handle, modelCalls: models.handle, agents: fleet.upgrade },
    executables: serveExecutables({ ...tokens, releases }),
  });
  served.people = api.people;

  const line = { close: github.hangUp };
  const first = { scheduler, sites, placing, history, rollouts, issues, line };
  const last = { upkeep, git, approvals, models, sync, forge, github, recordings, flow };
  const all = { ...first, provisioner, fleet, outside, people, api, ...last, journal };
  const here = { token, links, door: outside.door };
  return { ...tokens, ...here, api, journal, scheduler, settings, closeAll: inTurn(all, options) };
}

function recordingsOf({ dataDir, clock, log }: CoordinatorOptions, onRoom: () => void): Recordings {
  return openRecordings({
    ...{ dir: path.join(dataDir, 'attempts'), clock, onRoom },
    onProblem: (error) => log.error({ err: error }, 'a recording cannot be written'),
  });
}

/** A part that takes longer than this to close is named in the log. */
const SLOW_CLOSE_MS = 5_000;

/** Closes the parts in the order of their names. */
function inTurn(
  parts: Readonly<Record<string, { close(): void | Promise<void> }>>,
  { clock, log }: Pick<CoordinatorOptions, 'clock' | 'log'>,
): () => Promise<void> {
  return async () => {
    for (const [name, part] of Object.entries(parts)) {
      const cancel = clock.after(SLOW_CLOSE_MS, () => log.warn(`closing waits for: ${name}`));
      await part.close();
      cancel();
    }
  };
}

/** What may change in the settings while we run. */
function liveOf(settings: WorkshopSettings) {
  return {
    limits: (): Settings['limits'] => settings.current().limits,
    schedule: (): Settings['backups'] => settings.current().backups,
  };
}

function doorOf({ lan }: CoordinatorOptions, settings: WorkshopSettings): Settings['lan'] {
  return lan ? { ...lan, open: true } : settings.current().lan;
}

/** Without a password. */
function shownAddress(text: string): string {
  const address = parseQueueAddress(text);
  return address.ok && address.value.kind === 'redis' ? address.value.shown : text;
}

/** What arguments decide, for the settings to say so. */
function givenBy({ localAgents, lan, queue }: CoordinatorOptions): Given {
  const { count } = localAgents;
  const flag = '--lan';
  return {
    ...(count !== null && { 'agents.count': { value: count, flag: '--agents' } }),
    ...(queue.address !== null && {
      'queue.address': { value: shownAddress(queue.address), flag: '--queue' },
    }),
    ...(queue.site !== null && { 'queue.site': { value: queue.site, flag: '--site' } }),
    ...(lan && {
      'lan.open': { value: true, flag },
      'lan.host': { value: lan.host, flag },
      'lan.port': { value: lan.port, flag },
    }),
  };
}

function tokensOf(secret: string): {
  agentToken(id: AgentId): string;
  gitToken(id: AttemptId, fence: number): string;
} {
  return {
    agentToken: (id) => agentToken(secret, id),
    gitToken: (id, fence) => gitToken(secret, id, fence),
  };
}

interface Serving {
  readonly agentToken: (id: AgentId) => string;
  readonly token: string;
  readonly links: Links;
  readonly door: Pick<Door, 'address'>;
  readonly journal: OpenJournal;
  readonly scheduler: { close(): void };
  readonly closeAll: () => Promise<void>;
  readonly settings: WorkshopSettings;
}

/** All is open: starts this PC's agents, and tells other processes where we are. */
function serving(
  options: CoordinatorOptions,
  url: string,
  { agentToken: tokenOf, token, links, door, journal, scheduler, closeAll, settings }: Serving,
): Coordinator {
  const dir = path.join(options.dataDir, 'agents');
  const { agents: set } = settings.current();
  const count = options.localAgents.count ?? set.count;
  const { hold } = options.localAgents;
  const slots = set.slots ?? options.localAgents.slots;
  const about = { ...options, count, slots, hold, agentToken: tokenOf, dir, url };
  const agents = startLocalAgents(about);
  announce(journal, url, options);
  return {
    url,
    ...{ token, links, door },
    subscribe: journal.subscribe,
    async close() {
      // First nothing new is given out; then what runs is ended, while its last reports are still heard.
      scheduler.close();
      await agents.close();
      await closeAll();
    },
    async leave() {
      agents.leave();
      await closeAll();
    },
  };
}

async function listen(
  app: { listen(address: { host: string; port: number }): Promise<string> },
  port: number,
): Promise<Result<string, string>> {
  try {
    return ok(await app.listen({ host: HOST, port }));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') {
      return fail(
        `port ${port} on ${HOST} is taken by another program. Give another one with --port, or --port 0 for any free one`,
      );
    }
    if (code === 'EACCES') {
      return fail(`this user may not listen on port ${port}. Give one above 1023 with --port`);
    }
    throw error;
  }
}

function announce(
  journal: OpenJournal,
  url: string,
  { version, clock }: Pick<CoordinatorOptions, 'version' | 'clock'>,
): void {
  const port = Number(new URL(url).port || 80);
  journal.announce({ pid: process.pid, host: HOST, port, url, startedAt: clock.now(), version });
}
