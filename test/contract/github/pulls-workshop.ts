/** For tests of the way back to GitHub: a workshop with a journal, a mirror and a GitHub of its own, whose agents are played by the test. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, expect } from 'vitest';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';
import type { NewRepo } from '../../support/github/acts/repos.ts';
import { branchOf } from '../../../src/shared/domain/branch.ts';
import type { Capabilities } from '../../../src/shared/domain/agent.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import type { Origin } from '../../../src/shared/domain/origin.ts';
import type { Task } from '../../../src/shared/domain/task.ts';
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../../../src/shared/ids.ts';
import { Settings } from '../../../src/shared/settings.ts';
import { manualClock, type ManualClock } from '../../../src/main/coordinator/fleet/testing.ts';
import { openJournal } from '../../../src/main/coordinator/journal/open.ts';
import type { Journal } from '../../../src/main/coordinator/journal/port.ts';
import { withCredentials } from '../../../src/main/coordinator/forge/credentials.ts';
import { createGit } from '../../../src/main/coordinator/forge/git.ts';
import {
  openLocalForge,
  type LocalForge,
} from '../../../src/main/coordinator/forge/local/local-forge.ts';
import { stillClock } from '../../../src/main/coordinator/forge/local/testing.ts';
import { repoKeyOf } from '../../../src/main/coordinator/forge/repo-key.ts';
import {
  openTestAccounts,
  type TestAccounts,
} from '../../../src/main/coordinator/forge/github/accounts/testing.ts';
import {
  openCache,
  type GitHubCache,
} from '../../../src/main/coordinator/forge/github/api/cache.ts';
import { quickClock, valueOf } from '../../../src/main/coordinator/forge/github/testing.ts';
import { openPulls, type Pulls } from '../../../src/main/coordinator/forge/github/pulls/pulls.ts';
import type { PullSettings } from '../../../src/main/coordinator/forge/github/pulls/settings.ts';

const AGENT = AgentId.parse('local-1');

export interface WorkshopOptions {
  readonly settings?: Partial<PullSettings>;
  readonly repo?: NewRepo;
  readonly isLateWithMergeable?: boolean;
}

export interface TestWorkshop {
  readonly github: GitHubStandIn;
  readonly journal: Journal;
  readonly clock: ManualClock;
  readonly dir: string;
  pulls(): Pulls;
  token(): string;
  signIn(token?: string): Promise<void>;
  task(id?: TaskId): Task;
  submit(command: Command): Promise<void>;
  /** A task made from that issue, in the queue. */
  queued(issue?: number): Promise<TaskId>;
  /** An agent works on it: commits on the task's branch, or on `from`, and pushes to the mirror. @returns the commit */
  worked(id: TaskId, files: Readonly<Record<string, string>>): Promise<string>;
  /** Waits until nothing is under way; `ms`: after so much time. */
  settled(ms?: number): Promise<void>;
  /** The coordinator ends and starts again; `forgets`: what it had cached of GitHub is lost. */
  restart(forgets?: boolean): Promise<void>;
  /** Requests that changed something, as `POST /repos/acme/shop/pulls`. */
  writes(): string[];
  close(): Promise<void>;
}

const CAPABILITIES: Capabilities = {
  ...{ os: 'linux', arch: 'x64', hostname: 'pc', cpus: 4, memoryBytes: 8e9, diskFreeBytes: 1e11 },
  ...{ tools: [], specialties: [], labels: [] },
  engines: [{ kind: 'command', version: '1', ready: true, why: null }],
};

const FILES = { 'README.md': '# Shop\n', 'a.txt': 'one\ntwo\nthree\n' };

/**
 * Opens workshops for the tests of a file, one at a time, and closes each after its test: whatever was asked there, and answered,
 * is as GitHub describes it.
 */
export function workshopsOfTests(): (options?: WorkshopOptions) => Promise<TestWorkshop> {
  let open: TestWorkshop | undefined;
  afterEach(async () => {
    const violations = open?.github.violations;
    await open?.close();
    open = undefined;
    expect(violations).toEqual([]);
  });
  return async (options) => (open = await openWorkshop(options));
}

async function openWorkshop(options: WorkshopOptions = {}): Promise<TestWorkshop> {
  const { settings = {}, repo = {}, isLateWithMergeable = false } = options;
  const github = await startGitHub({ isLateWithMergeable });
  await github.createRepo('acme/shop', { files: FILES, ...repo });
  github.createIssue('acme/shop', { title: 'The total is wrong', body: 'It should be 3.' });
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-pulls-'));
  const made = new Workshop(github, dir, settings);
  await made.start();
  return made;
}

/** The branch of the first task. */
export const BRANCH = 'koubou/task-1-the-total-is-wrong';

/** The commit of a branch at GitHub; empty: there is none. */
export function branchAt({ github }: TestWorkshop, branch: string): string {
  const { dir } = github.repo('acme/shop');
  const args = ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`];
  return execFileSync('git', ['-C', dir, ...args], { encoding: 'utf8' }).trim();
}

export function pullsOf({ github }: TestWorkshop) {
  return [...github.repo('acme/shop').issues.values()].filter(({ pull }) => pull !== null);
}

/** Our comments on the first issue. */
export function commentsOf({ github }: TestWorkshop) {
  const { comments } = github.issue('acme/shop#1');
  return comments.filter(({ author }) => author.login === 'koubou-bot');
}

/** The labels of the first issue. */
export function labelsOf({ github }: TestWorkshop): string[] {
  return github.issue('acme/shop#1').labels.map(({ name }) => name);
}

class Workshop implements TestWorkshop {
  readonly github: GitHubStandIn;
  readonly dir: string;
  readonly #settings: PullSettings;
  readonly #env: Readonly<Record<string, string | undefined>>;
  clock = manualClock();
  #journal: Journal | undefined;
  #accounts: TestAccounts | undefined;
  #cache: GitHubCache | undefined;
  #forge: LocalForge | undefined;
  #pulls: Pulls | undefined;
  #token = '';

  constructor(github: GitHubStandIn, dir: string, settings: Partial<PullSettings>) {
    this.github = github;
    this.dir = dir;
    this.#settings = { ...Settings.parse({}).github, ...settings };
    const config = path.join(dir, '.gitconfig');
    writeFileSync(config, '[user]\n\tname = Ada\n\temail = ada@example.org\n');
    const home = { HOME: dir, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: config };
    this.#env = { PATH: process.env['PATH'], ...home };
  }

  get journal(): Journal {
    return known(this.#journal);
  }

  pulls(): Pulls {
    return known(this.#pulls);
  }

  token(): string {
    return this.#token;
  }

  async start(): Promise<void> {
    await this.#open();
    await this.signIn();
    await this.submit({
      ...{ type: 'agent.connect', agentId: AGENT, name: 'Ada’s PC', version: '1', address: '-' },
      slots: 9,
      capabilities: CAPABILITIES,
    });
    valueOf(await known(this.#forge).prepare({ url: this.#url(), base: 'main' }));
  }

  async #open(): Promise<void> {
    const { dir } = this;
    this.clock = manualClock();
    const journal = openJournal({ dir, clock: this.clock, endOfTurn: setImmediate });
    this.#journal = valueOf(journal);
    const accounts = await (this.#accounts?.again() ?? this.#newAccounts());
    this.#accounts = accounts;
    const cache = openCache(path.join(dir, 'pulls.db'));
    this.#cache = cache;
    const env = this.#env;
    const credentials = accounts.accounts;
    const place = { clock: stillClock, env, home: dir, dir: path.join(dir, 'repos'), credentials };
    const forge = openLocalForge(place);
    this.#forge = forge;
    this.#pulls = openPulls(
      {
        mayAct: () => Promise.resolve(true),
        stillMay: () => true,
        ...{ cache, journal: this.journal, clock: this.clock, workshop: 'w0rk' },
        accounts: credentials,
        git: withCredentials(createGit({ env, clock: stillClock }), credentials),
        mirrorOf: (url) => forge.mirrorPath(repoKeyOf(url)),
        settings: () => this.#settings,
        lastWords: () => Promise.resolve(null),
        log: pino({ level: process.env['KOUBOU_TEST_LOG'] ?? 'silent' }),
      },
      setImmediate,
    );
  }

  #newAccounts(): TestAccounts {
    // Pauses between writes pass at once, all others never.
    const clock = quickClock((ms) => ms <= 2_000);
    return openTestAccounts({ dir: path.join(this.dir, 'github'), clock });
  }

  async signIn(token = this.github.createToken('koubou-bot')): Promise<void> {
    this.#token = token;
    const { accounts } = known(this.#accounts);
    valueOf(await accounts.signIn({ with: 'token', host: this.github.web, token }));
  }

  task(id = taskIdOf(1)): Task {
    return known(this.journal.task(id));
  }

  async submit(command: Command): Promise<void> {
    valueOf(await this.journal.submit(command, { actor: 'test' }));
  }

  async queued(issue = 1): Promise<TaskId> {
    const { title } = this.github.issue(`acme/shop#${issue}`);
    const url = `${this.github.web}/acme/shop/issues/${issue}`;
    const origin: Origin = { forge: 'github', url, ref: `acme/shop#${issue}` };
    await this.submit({
      ...{ type: 'task.create', title, body: '', repo: { url: this.#url(), base: 'main' }, origin },
      ...{ priority: 'normal', engine: { kind: 'command', run: 'true' }, needs: [], after: [] },
      at: null,
    });
    const id = taskIdOf(this.journal.workshop().lastTask);
    await this.submit({ type: 'task.analyse', taskId: id, specialty: 'general' });
    return id;
  }

  async worked(id: TaskId, files: Readonly<Record<string, string>>): Promise<string> {
    await this.submit({ type: 'task.assign', taskId: id, agentId: AGENT, reasons: [] });
    const { attempts } = this.task(id);
    const attemptId = attemptIdOf(id, attempts);
    const fence = this.journal.workshop().lastFence;
    const held = { type: 'attempt.report', agentId: AGENT, attemptId, fence } as const;
    const change = this.#commit(this.task(id), files);
    await this.submit({ ...held, seq: 1, report: { kind: 'started' } });
    await this.submit({ ...held, seq: 2, report: { kind: 'phase_started', phase: 'test' } });
    const tests = {
      outcome: 'passed',
      command: 'npm test',
      exitCode: 0,
      durationMs: 4_000,
    } as const;
    const stats = { files: Object.keys(files).length, insertions: 1, deletions: 0 };
    const done = { ...change, attemptId, base: 'main', stats, tests };
    await this.submit({ ...held, seq: 3, report: { kind: 'succeeded', change: done } });
    return change.commit;
  }

  #commit(task: Task, files: Readonly<Record<string, string>>) {
    const mirror = known(known(this.#forge).mirrorPath(repoKeyOf(this.#url())));
    const branch = branchOf(task);
    const tree = mkdtempSync(path.join(this.dir, 'tree-'));
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: tree,
        env: this.#env,
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim();
    git('clone', '-q', '--no-checkout', mirror, '.');
    const from = task.change ? `origin/${branch}` : 'origin/main';
    git('checkout', '-q', '-B', branch, from);
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(tree, name), text);
    git('add', '-A');
    git('commit', '-q', '-m', 'Count the third one too\n\nIt was left out.');
    git('push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
    const commit = git('rev-parse', 'HEAD');
    const baseCommit = git('merge-base', 'HEAD', 'origin/main');
    rmSync(tree, { recursive: true });
    return { branch, commit, baseCommit };
  }

  #url(): string {
    return `${this.github.web}/acme/shop`;
  }

  async settled(ms = 0): Promise<void> {
    // What is to be done is looked for at the end of a turn.
    await nextTurn();
    if (ms > 0) this.clock.advance(ms);
    await this.pulls().idle();
    await this.github.settled();
  }

  async restart(forgets = false): Promise<void> {
    await this.#leave();
    if (forgets)
      for (const end of ['', '-wal', '-shm'])
        rmSync(path.join(this.dir, `pulls.db${end}`), { force: true });
    await this.#open();
    await this.settled();
  }

  async #leave(): Promise<void> {
    await this.#pulls?.close();
    await this.#forge?.close();
    this.#cache?.close();
    await this.#journal?.close();
  }

  writes(): string[] {
    return this.github.requests
      .filter(({ method, path: place }) => method !== 'GET' && place.includes('/repos/'))
      .map(({ method, path: place }) => `${method} ${place.replace(/^.*?\/repos/, '/repos')}`);
  }

  async close(): Promise<void> {
    await this.#leave();
    await this.#accounts?.close();
    await this.github.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test has not made that yet');
  return value;
}
