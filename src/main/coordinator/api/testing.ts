/** For tests of this folder: the API on a real journal and a real socket, with the outside played by the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { Capabilities, Vitals } from '../../../shared/domain/agent.ts';
import type { Condition } from '../../../shared/domain/condition.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { Origin } from '../../../shared/domain/origin.ts';
import { AgentId } from '../../../shared/ids.ts';
import type { ItemProblem } from '../../../shared/import/payload.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { SiteRouteDeps } from './sites.ts';
import { createAuditor } from '../backups/auditor.ts';
import { startBackups } from '../backups/keeper.ts';
import { createConsoles } from '../fleet/consoles/consoles.ts';
import type { Fleet } from '../fleet/port.ts';
import { placeOf } from '../forge/github/api/hosts.ts';
import { openGitHub, type GitHub } from '../forge/github/github-forge.ts';
import { issuesAt } from '../forge/github/github-issues.ts';
import { startSync, type Sync } from '../forge/github/sync/sync.ts';
import type { Forge, Issue } from '../forge/port.ts';
import { openJournal, type OpenJournal } from '../journal/open.ts';
import type { Journal } from '../journal/port.ts';
import { openAccounts } from '../gateway/sessions/open-accounts.ts';
import { openHistory } from '../scheduler/analysis/history.ts';
import { createLinks } from '../lan/links.ts';
import { openPeople, type People } from '../lan/people.ts';
import { openPlacing } from '../scheduler/candidates.ts';
import { openFlow } from '../scheduler/flow.ts';
import { createEmbeddedQueue } from '../queue/embedded.ts';
import type { Recordings, Watcher } from '../terminal/port.ts';
import { openTakeOvers } from '../terminal/take-overs.ts';
import { NO_TAKE_OVERS, NO_TIMES } from '../terminal/testing-times.ts';
import { openSettings, type WorkshopSettings } from '../settings/settings.ts';
import { createRollouts } from '../fleet/rollouts.ts';
import { createVitalsHistory } from '../fleet/vitals-history.ts';
import { buildApi, type ApiDeps } from './build.ts';
import { NO_INVITATIONS, ONE_PROVISIONING } from './testing-hosts.ts';

export const TOKEN = 'test-token-of-the-data-folder';
export const LOCAL = AgentId.parse('local-1');

export interface TestApi {
  readonly app: FastifyInstance;
  readonly journal: OpenJournal;
  readonly people: People;
  readonly dir: string;
  /** Origin where it listens. */
  readonly url: string;
  readonly clock: TestClock;
  /** Watchers of recordings, by `attempt stream`; the test is the recording. */
  readonly watchers: Map<string, TestWatcher>;
  publishVitals(vitals: Vitals, agents?: readonly AgentId[]): void;
  setConditions(conditions: readonly Condition[]): void;
  submit(command: Command): Promise<void>;
  close(): Promise<void>;
}

export interface TestWatcher extends Watcher {
  readonly from: number;
  readonly acknowledged: number[];
  closed: boolean;
}

export interface TestClock extends Clock {
  /** Runs all timers that were set and not cancelled. */
  fire(): void;
}

/**
 * @param uiDir a folder with an index.html
 * @param place a data folder that there is, which is removed at the end as well; the time, where it has to pass by itself
 */
const SHARED_BY_NONE: SiteRouteDeps['sites'] = {
  status: () => Promise.resolve({ kind: 'embedded' }),
  move: () => Promise.resolve(ok({ kind: 'embedded' })),
};

/** Nothing is known of agents, and none is told anything. */
const NO_LOAD = { vitals: () => null, makesRoom: () => false, wake: () => {} };

export async function openTestApi(
  uiDir?: string,
  place: {
    readonly dir?: string;
    readonly clock?: TestClock;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<TestApi> {
  const dir = place.dir ?? mkdtempSync(path.join(tmpdir(), 'koubou-api-'));
  const clock = place.clock ?? testClock();
  const journal = openJournal({ dir, clock, endOfTurn: setImmediate });
  if (!journal.ok) throw new Error(journal.error.message);
  const { fleet, publishVitals } = testFleet(clock);
  const watchers = new Map<string, TestWatcher>();
  const upkeep = testUpkeep(journal.value, dir, clock);
  const [settings, models] = [settingsIn(dir), modelsIn(dir, clock)];
  const github = gitHubIn(dir, clock, settings, place.env);
  const sync = syncIn(dir, github, journal.value, settings, clock);
  const queue = createEmbeddedQueue(journal.value.db);
  const own = peopleIn(dir, journal.value, clock);
  const { app, close } = await buildApi({
    ...{ github, sync, settings, models, supply: NO_SUPPLY },
    history: openHistory(journal.value),
    ...{ ...openFlow({ journal: journal.value, queue, settings, clock }), queue },
    ...{ forge: forgeWith(github), fleet, placing: placingIn(journal.value, fleet, settings) },
    recordings: testRecordings(dir, watchers, clock),
    ...upkeep,
    rollouts: createRollouts({ journal: journal.value, clock, ...NOTHING_NEWER }),
    ...{ provisioner: ONE_PROVISIONING, invitations: NO_INVITATIONS },
    ...own,
    clock,
    log: SILENT,
    token: TOKEN,
    dataDir: dir,
    version: '1.2.3',
    uiDir,
    ...{ ...ELSEWHERE, sites: SHARED_BY_NONE },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    app,
    ...{ journal: journal.value, people: own.people, dir, url, clock },
    ...{ watchers, publishVitals },
    setConditions: upkeep.setConditions,
    async submit(command) {
      const result = await journal.value.submit(command, { actor: 'test' });
      if (!result.ok) throw new Error(result.error.message);
    },
    async close() {
      await close();
      own.people.close();
      models.close();
      for (const part of [sync, github]) await part.close();
      await journal.value.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What is not the API's own. */
const ELSEWHERE: Pick<ApiDeps, 'repoKey' | 'git' | 'modelCalls' | 'executables' | 'agents'> = {
  repoKey: (url) => url,
  git: (_, response) => void response.writeHead(418).end('git'),
  modelCalls: (_, response) => void response.writeHead(418).end('models'),
  executables: (_, response) => void response.writeHead(418).end('executables'),
  agents: (_, socket) => void socket.end('HTTP/1.1 418 Agents\r\n\r\n'),
};

/** By the settings; nobody did anything before. */
function placingIn(
  journal: Journal,
  fleet: Pick<Fleet, 'vitals' | 'repos'>,
  settings: WorkshopSettings,
): ApiDeps['placing'] {
  return openPlacing({ journal, fleet, settings, past: () => [] });
}

/** Only what agents are signed in with counts. */
const NO_SUPPLY: ApiDeps['supply'] = { of: () => null, onChange: () => () => {} };

/** Accounts that nothing limits. */
function modelsIn(dir: string, clock: Clock) {
  const own = openAccounts({ dataDir: dir, keychain: null, clock, tell: () => {} });
  return { ...own, admission: { states: () => [] } };
}

/** As if this coordinator had been started with `--agents 2`. */
function settingsIn(dir: string): WorkshopSettings {
  const settings = openSettings(dir, { 'agents.count': { value: 2, flag: '--agents' } });
  if (!settings.ok) throw new Error(settings.error);
  return settings.value;
}

/** Nobody is signed in before the test does that. */
function gitHubIn(
  dataDir: string,
  clock: Clock,
  settings: WorkshopSettings,
  env: Readonly<Record<string, string>> = {},
) {
  const about = { dataDir, clock, env, keychain: null, version: '1.2.3', log: SILENT };
  return openGitHub({ ...about, settings: () => settings.current().github, tell: () => {} });
}

/** Follows nothing before somebody signs in; tasks of its own are refused. */
function syncIn(
  dir: string,
  github: GitHub,
  journal: Journal,
  settings: WorkshopSettings,
  clock: Clock,
): Sync {
  return startSync({
    ...{ ...github, journal, clock, keychain: null, log: SILENT, dir: path.join(dir, 'github') },
    settings: () => settings.current().github,
    create: async () => await Promise.resolve(fail(rejection('internal', 'not in this test'))),
    follow: async () => await Promise.resolve(),
    tell: () => {},
    limiter: { strike: () => 1, isOut: () => false },
  });
}

/** Nobody is let in yet. */
function peopleIn(dataDir: string, journal: Journal, clock: Clock) {
  const people = openPeople({ dataDir, journal, clock, log: SILENT });
  return { people, links: createLinks({ people, door: NO_DOOR }) };
}

/** A door that cannot be opened. */
const NO_DOOR = {
  open: async () => await Promise.resolve(fail(rejection('agent_unavailable', 'not in this test'))),
};

/** No executables: nothing to update agents to. */
const NOTHING_NEWER = {
  releases: { list: () => [] },
  updates: { start: async () => ok('has_it' as const), buildOf: () => null },
};

const SILENT = pino({ level: 'silent' });

/** Agents of which nothing is known but what the test publishes. */
function testFleet(clock: Clock) {
  const listeners = new Set<Parameters<Fleet['onVitals']>[0]>();
  return {
    fleet: {
      ...NO_LOAD,
      repos: () => new Set<string>(),
      history: createVitalsHistory(clock),
      logs: { read: async () => ok('connected to the workshop\n') },
      onVitals(listener: Parameters<Fleet['onVitals']>[0]) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    publishVitals(vitals: Vitals, agents: readonly AgentId[] = [LOCAL]): void {
      for (const listener of listeners) listener(agents.map((agentId) => ({ agentId, vitals })));
    },
  };
}

function testUpkeep(journal: OpenJournal, dataDir: string, clock: Clock) {
  const listeners = new Set<(conditions: readonly Condition[]) => void>();
  let conditions: readonly Condition[] = [];
  const shared = { clock, log: SILENT, pause: () => nextTurn() };
  const schedule = { every: 0, keep: 7 };
  return {
    backups: startBackups({
      ...shared,
      journal,
      dataDir,
      version: '1.2.3',
      schedule: () => schedule,
    }),
    auditor: createAuditor({ ...shared, file: journal.db.name }),
    consoles: createConsoles({
      ...{ ...shared, journal, linkOf: () => null },
      recordings: { takeOvers: NO_TAKE_OVERS },
    }),
    conditions: {
      set: () => {},
      clear: () => {},
      list: () => conditions,
      onChange(listener: (conditions: readonly Condition[]) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    setConditions(now: readonly Condition[]): void {
      conditions = now;
      for (const listener of listeners) listener(now);
    },
  };
}

function testClock(): TestClock {
  const timers = new Set<() => void>();
  let now = 1_700_000_000_000;
  return {
    now: () => (now += 1_000),
    monotonic: () => now,
    after(_, run) {
      timers.add(run);
      return () => timers.delete(run);
    },
    fire() {
      const due = [...timers];
      timers.clear();
      for (const run of due) run();
    },
  };
}

/** Every repository is there but those called `missing`. */
const testForge: Pick<Forge, 'inspect' | 'diff' | 'lines' | 'issues' | 'survey'> = {
  // Each has three files.
  survey: async (_, { isWanted }) =>
    ok({
      ...{ commit: 'c0ffee', text: null },
      found: ['README.md', 'src/b/b.ts', 'src/a.ts'].toSorted().filter(isWanted),
    }),
  // Signed in to github.com only.
  issues: async (origins) => new Map(origins.map((origin) => [origin.url, readIssue(origin)])),
  inspect: async (url, base) =>
    url.includes('missing')
      ? fail({ code: 'repo_not_found', message: `there is no repository at ${url}` })
      : ok({ url, base: base ?? 'main' }),
  diff: async (task) => {
    const { branch, base, commit, stats, tests } = task.change;
    return ok({ branch, base, commit, stats, tests, files: [], truncated: false });
  },
  lines: async (_, { commit, path: name, from }) =>
    ok({ lines: [`line ${from} of ${name} in ${commit}`], isEnd: true }),
};

/** Where the test signs in, issues are really read. */
function forgeWith({ accounts }: Pick<GitHub, 'accounts'>): typeof testForge {
  const isTheirs = ({ url }: Origin): boolean => accounts.isSignedIn(placeOf(url)?.host ?? '');
  return {
    ...testForge,
    async issues(origins) {
      const read = await issuesAt(origins.filter(isTheirs), accounts);
      return new Map([
        ...(await testForge.issues(origins.filter((one) => !isTheirs(one)))),
        ...read,
      ]);
    },
  };
}

function readIssue(origin: Origin): Result<Issue, ItemProblem> {
  if (!origin.url.startsWith('https://github.com/'))
    return fail({ code: 'sign_in_first', message: 'sign in first' });
  return ok({
    ...{ origin, kind: 'issue', title: `Title of ${origin.ref}` },
    body: `${origin.url}\n\nAs it says there.`,
    ...{ labels: ['bug'], repo: origin.url.replace(/\/issues\/.*/, '.git'), priority: null },
    ...{ engine: null, localOnly: false, specialty: null, needs: [], blockers: [], remarks: [] },
    source: { state: 'open', author: 'ann', hash: 'a1', updatedAt: 1 },
  });
}

function testRecordings(dir: string, watchers: Map<string, TestWatcher>, clock: Clock): Recordings {
  return {
    append: () => 0,
    end: () => 0,
    finish: () => true,
    isFailing: () => false,
    abandon: () => {},
    unfinished: () => [],
    transcriptTimes: () => Promise.resolve([]),
    times: () => NO_TIMES,
    takeOvers: openTakeOvers({ dir: path.join(dir, 'attempts'), clock }),
    file: (attemptId, stream) => path.join(dir, `${attemptId}.${stream}`),
    watch(attemptId, stream, from, watcher) {
      const test: TestWatcher = { ...watcher, from, acknowledged: [], closed: false };
      watchers.set(`${attemptId} ${stream}`, test);
      return {
        acknowledge: (offset) => test.acknowledged.push(offset),
        close: () => void (test.closed = true),
      };
    },
    close: async () => {},
  };
}

export const CAPABILITIES: Capabilities = {
  os: 'linux',
  arch: 'x64',
  hostname: 'pc',
  cpus: 4,
  memoryBytes: 8e9,
  diskFreeBytes: 1e11,
  tools: [],
  engines: [{ kind: 'command', version: '1', ready: true, why: null }],
  specialties: [],
  labels: [],
};

export function connect(capabilities: Capabilities = CAPABILITIES): Command {
  return {
    type: 'agent.connect',
    agentId: LOCAL,
    name: 'PC',
    version: '1',
    address: '127.0.0.1',
    slots: 2,
    capabilities,
  };
}
