/** The API, put together: every operation's route, the live sockets, health, terminals, UI. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { Auditor, Backups } from '../backups/port.ts';
import type { Fleet, FleetPast } from '../fleet/port.ts';
import type { Forge } from '../forge/port.ts';
import type { Db } from '../db/open.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import { budgetUses } from '../observe/budget-uses.ts';
import { watchLimits, type LimitConditions, type LimitWatch } from '../observe/limit-watch.ts';
import { watchUsage } from '../observe/recent-usage.ts';
import { keepUsageSums } from '../observe/usage-sums.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { Placing } from '../scheduler/candidates.ts';
import type { Flow } from '../scheduler/flow.ts';
import type { History } from '../scheduler/analysis/history.ts';
import { createTaskSearch } from '../observe/task-search.ts';
import type { Recordings } from '../terminal/port.ts';
import { createLogSearch } from '../audit/search.ts';
import { accessRoutes, type AccessDeps } from './access.ts';
import { accountRoutes, type AccountDeps } from './accounts.ts';
import { agentRoutes } from './agents.ts';
import { auditRoutes, registerAuditExport } from './audit.ts';
import { attemptRoutes } from './attempts.ts';
import { backupRoutes } from './backups.ts';
import type { OwnConditions } from './conditions.ts';
import { consoleRoutes, type ConsoleDeps } from './consoles.ts';
import { emergencyRoutes } from './emergency.ts';
import { eventRoutes } from './events.ts';
import { explainRoutes } from './explain.ts';
import { githubRoutes } from './github.ts';
import { githubSyncRoutes, type GitHubSyncDeps } from './github-sync.ts';
import { githubIssueRoutes } from './github-issues.ts';
import { hostRoutes, type HostDeps } from './hosts.ts';
import { importRoutes } from './import.ts';
import { HEALTH_PATHS, registerHealth } from './health.ts';
import { registerOpenApi } from './openapi-route.ts';
import { queueRoutes } from './queue.ts';
import { recurringRoutes } from './recurring.ts';
import type { Routes } from './rest.ts';
import { settingsRoutes } from './settings.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { searchRoutes } from './search.ts';
import { buildServer, type ApiServer } from './server.ts';
import { siteRoutes, type SiteRouteDeps } from './sites.ts';
import { UI_PATHS } from './static-ui.ts';
import { taskRoutes } from './tasks.ts';
import { terminalTimesRoutes } from './terminal-times.ts';
import { registerTerminal } from './terminal.ts';
import { usageRoutes } from './usage.ts';
import { viewRoutes } from './views.ts';
import { workflowRoutes } from './workflows.ts';
import { createClients } from './websocket.ts';

export interface ApiDeps extends HostDeps, ConsoleDeps, GitHubSyncDeps, SiteRouteDeps, AccessDeps {
  readonly models: AccountDeps['models'];
  readonly supply: ModelSupply;
  readonly history: Pick<History, 'past'>;
  readonly journal: Journal & { readonly db: Db };
  readonly queue: ReadyQueue;
  readonly placing: Placing;
  /** The key under which agents cache a repository, from its URL. */
  readonly repoKey: (url: string) => string;
  readonly flow: Flow;
  readonly forge: Pick<Forge, 'inspect' | 'diff' | 'lines' | 'issues' | 'survey'>;
  readonly fleet: Fleet & FleetPast;
  readonly recordings: Recordings;
  readonly backups: Backups;
  readonly auditor: Auditor;
  readonly conditions: OwnConditions & LimitConditions;
  readonly settings: WorkshopSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** The token of people and programs on this machine. */
  readonly token: string;
  readonly dataDir: string;
  readonly version: string;
  /** Folder of the built UI; `undefined` serves none. */
  readonly uiDir: string | undefined;
  /** Git smart HTTP under `/git/`: has an authentication of its own. */
  readonly git: (request: IncomingMessage, response: ServerResponse) => void;
  /** Models for engines under `/models/`: the same. */
  readonly modelCalls: (request: IncomingMessage, response: ServerResponse) => void;
  /** `/executables/`: the same. */
  readonly executables: (request: IncomingMessage, response: ServerResponse) => void;
  /** Upgrades at `/agent`: agents prove who they are in their hello. */
  readonly agents: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

export interface Api {
  /** To listen with. */
  readonly app: FastifyInstance;
  /** What people of other PCs ask, which the door to the LAN hands over. */
  readonly people: Pick<ApiServer, 'handle' | 'upgrade'>;
  /** Ends all connections. */
  close(): Promise<void>;
}

export async function buildApi(deps: ApiDeps): Promise<Api> {
  const { journal, clock, version } = deps;
  const clients = createClients(deps);
  const search = createTaskSearch(journal);
  const startedAt = clock.monotonic();
  const recentUsage = watchUsage(journal, clock);
  const limitWatch = limitsOf(deps);
  const audit = { search: createLogSearch(deps.journal.db) };
  let open = true;
  const health = {
    journal,
    conditions: deps.conditions,
    version,
    uptimeMs: () => clock.monotonic() - startedAt,
    isOpen: () => open,
  };
  const server = await buildServer({
    ...deps,
    webhook: deps.sync.webhook.handle,
    routes: routesOf(deps, { audit, search, recentUsage, limitWatch }),
    more(all) {
      registerHealth(all, health);
      registerTerminal(all, deps);
      registerAuditExport(all, audit);
      registerOpenApi(all, version);
    },
    open: [...HEALTH_PATHS, ...UI_PATHS],
    openToAll: UI_PATHS,
    seq: () => journal.seq(),
    upgrades: {
      '/ws': { needsToken: true, take: clients.take },
      '/agent': { needsToken: false, take: deps.agents },
    },
  });
  const { app } = server;
  // The door may hand requests over before we listen ourselves.
  await app.ready();
  return {
    app,
    people: server,
    async close() {
      open = false;
      clients.close();
      recentUsage.close();
      limitWatch.close();
      search.close();
      await app.close();
    },
  };
}

interface Kept {
  readonly audit: Parameters<typeof auditRoutes>[0];
  readonly search: Parameters<typeof searchRoutes>[0];
  readonly recentUsage: ReturnType<typeof watchUsage>;
  readonly limitWatch: LimitWatch;
}

function limitsOf({ models, journal, settings, clock, conditions }: ApiDeps): LimitWatch {
  const offset = (): number => new Date(clock.now()).getTimezoneOffset();
  return watchLimits({
    states: () => models.admission.states(),
    budgets: () => budgetUses(settings.current().budgets, journal.usage, clock.now(), offset()),
    nameOf: (id) => models.accounts.get(id)?.name ?? id,
    ...{ conditions, clock },
  });
}

/** Every operation's route. */
function routesOf(deps: ApiDeps, { audit, search, recentUsage, limitWatch }: Kept): Routes {
  const { journal, clock } = deps;
  return {
    ...accessRoutes(deps),
    ...taskRoutes(deps),
    ...accountRoutes(deps),
    ...agentRoutes(deps),
    ...hostRoutes(deps),
    ...importRoutes(deps),
    ...consoleRoutes(deps),
    ...queueRoutes(deps),
    ...siteRoutes(deps),
    ...recurringRoutes(deps),
    ...workflowRoutes(deps),
    ...emergencyRoutes(deps),
    ...eventRoutes(deps),
    ...githubRoutes(deps),
    ...githubSyncRoutes(deps),
    ...githubIssueRoutes(deps),
    ...backupRoutes(deps),
    ...settingsRoutes(deps),
    ...auditRoutes(audit),
    ...terminalTimesRoutes(deps),
    ...attemptRoutes(deps),
    ...explainRoutes(deps),
    ...usageRoutes({
      ...{ usageSums: keepUsageSums(journal), clock, recentUsage },
      ...{ limitWatch, calls: journal.calls },
    }),
    ...searchRoutes(search),
    ...viewRoutes(deps.dataDir),
  };
}
