/**
 * A whole workshop beside a GitHub of its own, for tests of the way from an issue to its merge: the built program as a user
 * starts it, its command line, and what is seen of both. Closing it checks that both sides kept to GitHub's description.
 */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { ConditionKind } from '../../src/shared/domain/condition.ts';
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import type { Task } from '../../src/shared/domain/task.ts';
import { TaskId } from '../../src/shared/ids.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';
import { startGitHub, type GitHubOptions, type GitHubStandIn } from './github/start-github.ts';
import type { NewRepo } from './github/acts/repos.ts';
import { NODE, processesOf, PROGRAM, startWorkshop, type Workshop } from './workshop.ts';

/** What an agent of these tests does: it adds a line, so that every attempt changes something. */
export const WORK = 'echo changed >> notes.txt';
export const FILES = { 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' };
export const REPO = 'acme/shop';
/** The login that the workshop is signed in with. */
export const BOT = 'koubou-bot';

export interface GitHubWorkshopOptions {
  readonly github?: GitHubOptions;
  readonly repo?: NewRepo;
  readonly env?: Record<string, string | undefined>;
  /** The text of `config.yaml`. @param web the address of this GitHub */
  readonly settings?: (web: string) => string;
}

export interface GitHubWorkshop {
  readonly github: GitHubStandIn;
  /** The one that runs now. */
  workshop(): Workshop;
  readonly scratch: string;
  /** The token that the workshop is signed in with. */
  token(): string;
  /** Runs the command line against the workshop; answers its output, refuses with its error. */
  koubou(args: string[], input?: string): Promise<string>;
  signIn(token?: string): Promise<void>;
  /** From now on GitHub tells the workshop of all that changes, as a webhook that was set up by hand. */
  hook(): Promise<void>;
  /** Makes a task of an issue by its link. */
  import(issue: number, run?: string): Promise<TaskId>;
  task(id: TaskId): Promise<Task>;
  /** Resolves when there is such a task. */
  untilMade(id: TaskId): Promise<void>;
  /** Resolves when the task looks so; it is looked at again after each of its events. */
  untilTask(id: TaskId, isSo: (task: Task) => boolean): Promise<Task>;
  /** Resolves when GitHub looks so; it is looked at again after each change there. */
  untilGitHub(isSo: () => boolean): Promise<void>;
  /** Resolves when the coordinator shows this trouble. */
  untilCondition(kind: ConditionKind): Promise<void>;
  /** Kills the coordinator as a power cut would; its agents live on. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  again(): Promise<void>;
  close(): Promise<void>;
}

/** Runs a test with a workshop and a GitHub of its own, and closes both. What the test found goes before what closing found. */
export async function withGitHub(
  options: GitHubWorkshopOptions,
  run: (w: GitHubWorkshop) => Promise<void>,
): Promise<void> {
  const w = await openGitHubWorkshop(options);
  try {
    await run(w);
  } catch (error) {
    await w.close().catch(() => {});
    throw error;
  }
  await w.close();
}

async function openGitHubWorkshop(options: GitHubWorkshopOptions): Promise<GitHubWorkshop> {
  const github = await startGitHub(options.github);
  await github.createRepo(REPO, { files: FILES, ...options.repo });
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-github-'));
  const made = new Together(github, scratch, options);
  await made.start();
  return made;
}

class Together implements GitHubWorkshop {
  readonly github: GitHubStandIn;
  readonly scratch: string;
  readonly #env: Record<string, string | undefined>;
  readonly #waiting = new Set<() => void>();
  readonly #ear: Server;
  readonly #data: string;
  #workshop: Workshop | undefined;
  #port: string | undefined;
  #token = '';

  constructor(github: GitHubStandIn, scratch: string, options: GitHubWorkshopOptions) {
    const { settings } = options;
    this.github = github;
    this.scratch = scratch;
    const home = path.join(scratch, 'home');
    this.#data = path.join(scratch, 'data');
    for (const dir of [home, this.#data]) mkdirSync(dir, { mode: 0o700 });
    if (settings) writeFileSync(path.join(this.#data, 'config.yaml'), settings(github.web));
    this.#env = { HOME: home, GIT_CONFIG_NOSYSTEM: '1', ...options.env };
    this.#ear = createServer((request, response) => {
      request.resume();
      response.writeHead(204).end();
      for (const look of this.#waiting) look();
    });
  }

  async start(): Promise<void> {
    this.#ear.listen(0, '127.0.0.1');
    await once(this.#ear, 'listening');
    // It listens on a port.
    const { port } = this.#ear.address() as AddressInfo;
    this.github.hook(`http://127.0.0.1:${port}/`, 'heard');
    await this.again();
    await this.signIn();
  }

  workshop(): Workshop {
    if (!this.#workshop) throw new Error('no workshop runs now');
    return this.#workshop;
  }

  token(): string {
    return this.#token;
  }

  async koubou(args: string[], input = ''): Promise<string> {
    const { dir } = this.workshop();
    const program = process.env['KOUBOU_TEST_PROGRAM'] ?? PROGRAM;
    return await new Promise((resolve, reject) => {
      const child = execFile(
        NODE,
        [program, ...args, '--data', dir],
        { env: { ...process.env, ...this.#env }, cwd: this.scratch },
        (error, out, err) => {
          if (error) reject(new Error(`koubou ${args.join(' ')}: ${err}${out}`));
          else resolve(out);
        },
      );
      child.stdin?.end(input);
    });
  }

  async signIn(token = this.github.createToken(BOT)): Promise<void> {
    this.#token = token;
    const args = ['github', 'sign-in', '--host', this.github.web, '--with-token'];
    await this.koubou(args, `${token}\n`);
  }

  async hook(): Promise<void> {
    const { path: place, secret } = await this.workshop().call('github.webhook', { renew: false });
    this.github.hook(`${this.workshop().url}${place}`, secret ?? '');
  }

  async import(issue: number, run = WORK): Promise<TaskId> {
    const link = `${this.github.web}/${REPO}/issues/${issue}`;
    const out = await this.koubou(['import', link, '--engine', `command:${run}`]);
    return TaskId.parse(/^(task-\d+)\s/m.exec(out)?.[1]);
  }

  async task(id: TaskId): Promise<Task> {
    return await this.workshop().call('tasks.get', { id });
  }

  async untilMade(id: TaskId): Promise<void> {
    await this.workshop().untilEvent(
      ({ event }) => event.type === 'task.created' && event.taskId === id,
    );
  }

  async untilTask(id: TaskId, isSo: (task: Task) => boolean): Promise<Task> {
    const isItsOwn = ({ event }: StoredEvent): boolean => 'taskId' in event && event.taskId === id;
    for (;;) {
      const { seq } = await this.workshop().call('snapshot.get', {});
      const task = await this.task(id);
      if (isSo(task)) return task;
      await this.workshop().untilEvent(isItsOwn, seq);
    }
  }

  async untilGitHub(isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        try {
          if (!isSo()) return;
          resolve();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
    });
  }

  async untilCondition(kind: ConditionKind): Promise<void> {
    const { url, token } = this.workshop();
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', after: 0 })));
      socket.on('message', (data, isBinary) => {
        const message = isBinary ? undefined : ToClient.parse(JSON.parse(String(data)));
        if (message?.type !== 'conditions') return;
        if (message.conditions.some((one) => one.kind === kind)) resolve();
      });
    });
    socket.close();
  }

  async kill(): Promise<void> {
    const { child } = this.workshop();
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async again(): Promise<void> {
    // On the same address, where agents look for it.
    const args = this.#port === undefined ? [] : ['--port', this.#port];
    const program = process.env['KOUBOU_TEST_PROGRAM'] ?? PROGRAM;
    const dir = this.#data;
    this.#workshop = await startWorkshop({ dir, args, env: this.#env, program });
    this.#port = new URL(this.#workshop.url).port;
  }

  async close(): Promise<void> {
    try {
      await this.#workshop?.close();
    } finally {
      // After a failure in the middle agents may be left without their coordinator.
      for (const line of processesOf(this.#data))
        process.kill(Number.parseInt(line, 10), 'SIGKILL');
      await this.github.settled();
      await this.github.close();
      this.#ear.closeAllConnections();
      this.#ear.close();
      rmSync(this.scratch, { recursive: true, force: true });
    }
    const [first] = this.github.violations;
    if (first !== undefined) throw new Error(`not as GitHub describes it: ${first}`);
  }
}
