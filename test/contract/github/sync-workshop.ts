/** For tests of what comes from GitHub: a workshop with a journal, webhooks and polls, and a GitHub of its own. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { createTask } from '../../../src/main/coordinator/api/orders.ts';
import { openJournal } from '../../../src/main/coordinator/journal/open.ts';
import type { Journal } from '../../../src/main/coordinator/journal/port.ts';
import { testClock, type TestClock } from '../../../src/main/coordinator/journal/testing.ts';
import { createLimiter } from '../../../src/main/coordinator/lan/limiter.ts';
import {
  openTestAccounts,
  type TestAccounts,
} from '../../../src/main/coordinator/forge/github/accounts/testing.ts';
import {
  openCache,
  type GitHubCache,
} from '../../../src/main/coordinator/forge/github/api/cache.ts';
import { originOf } from '../../../src/main/coordinator/forge/github/issues/place.ts';
import { startSync, type Sync } from '../../../src/main/coordinator/forge/github/sync/sync.ts';
import { HOOK_PATH } from '../../../src/main/coordinator/forge/github/sync/webhook.ts';
import { quickClock, valueOf } from '../../../src/main/coordinator/forge/github/testing.ts';
import type { Capabilities } from '../../../src/shared/domain/agent.ts';
import { DEFAULT_ENGINES } from '../../../src/shared/domain/choose-engine.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import type { Origin } from '../../../src/shared/domain/origin.ts';
import { isEnd, type Task } from '../../../src/shared/domain/task.ts';
import type { GitHubRule } from '../../../src/shared/github-rules.ts';
import { AgentId, taskIdOf, type TaskId } from '../../../src/shared/ids.ts';
import { ok } from '../../../src/shared/result.ts';
import { Settings } from '../../../src/shared/settings.ts';
import type { Limits } from '../../support/github/limits.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

export const AGENT = AgentId.parse('local-1');
export const POLL_MS = 60_000;

const CAPABILITIES: Capabilities = {
  ...{ os: 'linux', arch: 'x64', hostname: 'pc', cpus: 4, memoryBytes: 8e9, diskFreeBytes: 1e11 },
  ...{ tools: [], specialties: [], labels: [] },
  engines: [{ kind: 'claude-code', version: '1', ready: true, why: null }],
};

export class SyncWorkshop {
  readonly github: GitHubStandIn;
  readonly clock: TestClock;
  readonly dir: string;
  /** Tasks whose pull requests were to be looked at, in turn. */
  readonly followed: TaskId[] = [];
  rules: GitHubRule[] = [];
  trouble: string | null = null;
  #journal: Journal | undefined;
  #cache: GitHubCache | undefined;
  #sync: Sync | undefined;
  #accounts: TestAccounts | undefined;
  #server: Server | undefined;
  /** Address of the webhook. */
  hookUrl = '';

  private constructor(github: GitHubStandIn, clock: TestClock, dir: string) {
    this.github = github;
    this.clock = clock;
    this.dir = dir;
  }

  /** @param limits of GitHub, instead of its own */
  static async open(rules: GitHubRule[] = [], limits: Partial<Limits> = {}): Promise<SyncWorkshop> {
    const clock = testClock();
    const github = await startGitHub({ clock, limits });
    await github.createRepo('acme/shop', { files: { 'README.md': '# Shop\n' } });
    const made = new SyncWorkshop(github, clock, mkdtempSync(path.join(tmpdir(), 'koubou-sync-')));
    made.rules = rules.map((rule) =>
      'repo' in rule ? { ...rule, repo: `${github.web}/${rule.repo}` } : rule,
    );
    await made.#start();
    return made;
  }

  get journal(): Journal {
    return known(this.#journal);
  }

  get sync(): Sync {
    return known(this.#sync);
  }

  get cache(): GitHubCache {
    return known(this.#cache);
  }

  async #start(): Promise<void> {
    const server = createServer((request, response) => this.sync.webhook.handle(request, response));
    this.#server = server;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    this.hookUrl = `http://127.0.0.1:${port}${HOOK_PATH}`;
    const clock = quickClock((ms) => ms <= 2_000);
    const accounts = openTestAccounts({ dir: path.join(this.dir, 'accounts'), clock });
    this.#accounts = accounts;
    await this.signIn();
    this.#open();
    await this.submit({
      ...{ type: 'agent.connect', agentId: AGENT, name: 'Ada’s PC', version: '1', address: '-' },
      ...{ slots: 9, capabilities: CAPABILITIES },
    });
  }

  #open(): void {
    const { dir, clock } = this;
    this.#journal = valueOf(openJournal({ dir, clock, endOfTurn: setImmediate }));
    const { journal } = this;
    this.#cache = openCache(path.join(dir, 'sync.db'));
    const forge = {
      inspect: async (url: string) => await Promise.resolve(ok({ url, base: 'main' })),
    };
    this.#sync = startSync({
      ...{ journal, clock, dir, keychain: null, cache: this.cache },
      accounts: known(this.#accounts).accounts,
      settings: () => ({
        ...Settings.parse({}).github,
        ...{ host: this.github.web, rules: this.rules, pollSeconds: POLL_MS / 1_000 },
      }),
      create: async (task, receipt) =>
        await createTask(journal, forge, task, {
          ...{ actor: 'forge', receipt, engines: DEFAULT_ENGINES },
          supply: { of: () => null },
        }),
      follow: async (ids) => await Promise.resolve(void this.followed.push(...ids)),
      tell: (trouble) => (this.trouble = trouble),
      limiter: createLimiter(5, clock),
      log: pino({ level: process.env['KOUBOU_TEST_LOG'] ?? 'silent' }),
    });
  }

  async signIn(): Promise<void> {
    const token = this.github.createToken('koubou-bot');
    const { accounts } = known(this.#accounts);
    valueOf(await accounts.signIn({ with: 'token', host: this.github.web, token }));
  }

  /** GitHub tells this workshop of everything from now on. */
  async hook(): Promise<string> {
    const { secret } = valueOf(await this.sync.secret.ensure());
    this.github.hook(this.hookUrl, secret);
    return secret;
  }

  async submit(command: Command): Promise<void> {
    valueOf(await this.journal.submit(command, { actor: 'user' }));
  }

  originOf(name: string): Origin {
    const [repo = '', number = ''] = name.split('#');
    return originOf(this.github.web, repo, 'issue', Number(number));
  }

  /** A task made from that issue by hand, as an import makes it. */
  async imported(name: string, more: Partial<Extract<Command, { type: 'task.create' }>> = {}) {
    const { title, body } = this.github.issue(name);
    await this.submit({
      ...{ type: 'task.create', title, body: body ?? '', origin: this.originOf(name) },
      ...{ repo: { url: `${this.github.web}/acme/shop.git`, base: 'main' }, priority: 'normal' },
      ...{ engine: { kind: 'claude-code' }, needs: [], after: [], at: null },
      ...more,
    });
    const id = taskIdOf(this.journal.workshop().lastTask);
    await this.settled();
    return id;
  }

  task(id: TaskId = taskIdOf(1)): Task {
    return known(this.journal.task(id));
  }

  /** All there ever were of an issue, newest first. */
  tasksOf(name: string): Task[] {
    return this.journal.tasksOf(this.originOf(name).url);
  }

  openTaskOf(name: string): Task | undefined {
    return this.tasksOf(name).find(({ state }) => !isEnd(state));
  }

  async queued(id: TaskId): Promise<void> {
    await this.submit({ type: 'task.analyse', taskId: id, specialty: 'general' });
  }

  /** Until nothing is under way; with time, a second at a time. */
  async settled(ms = 2_000): Promise<void> {
    for (let left = ms; left >= 0; left -= 1_000) {
      this.clock.advance(Math.min(1_000, left));
      await this.github.settled();
      await this.sync.idle();
      await nextTurn();
    }
    await this.sync.idle();
  }

  /** One poll of everything, and what comes of it. */
  async polled(): Promise<void> {
    this.clock.advance(POLL_MS);
    await this.settled(3_000);
  }

  /** The coordinator ends and starts again. @param forgets what it had cached of GitHub is lost */
  async restart(forgets = false): Promise<void> {
    await this.#leave();
    if (forgets)
      for (const end of ['', '-wal', '-shm'])
        rmSync(path.join(this.dir, `sync.db${end}`), { force: true });
    this.#open();
  }

  async #leave(): Promise<void> {
    await this.#sync?.close();
    this.#cache?.close();
    await this.#journal?.close();
  }

  async close(): Promise<void> {
    await this.#leave();
    await this.#accounts?.close();
    await this.github.close();
    this.#server?.closeAllConnections();
    this.#server?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test has not made that yet');
  return value;
}
