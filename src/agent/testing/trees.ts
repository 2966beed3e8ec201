/** Work trees without an agent around them: a coordinator's git, a link to it that fails on demand, and a repository. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AttemptId, taskIdOfAttempt } from '../../shared/ids.ts';
import type { AttemptSpec } from '../../shared/protocol/agent.ts';
import type { CheckpointOptions, PushCheckpointOptions } from '../checkpoint.ts';
import { readEnvironment } from '../config.ts';
import { createGit, type Git } from '../git.ts';
import { createWorkspaces, type Workspace, type Workspaces } from '../workspace.ts';
import { GIT_TOKEN, TestCoordinator } from './coordinator.ts';

const KEY = 'notes-1a2b';

/** What becomes of a request: never heard, or done with its answer lost. */
export type LinkFault = 'away' | 'answer_lost';

export interface Trees {
  readonly scratch: string;
  readonly dir: string;
  readonly mirror: string;
  readonly git: Git;
  readonly now: { ms: number };
  /** What the next requests suffer, in order; those whose path does not match are spared. */
  readonly faults: { path: RegExp; fault: LinkFault }[];
  readonly warnings: string[];
  readonly signal: AbortSignal;
  /** Makes the agent's workspaces anew, as after a restart. */
  open(): Promise<Workspaces>;
  spec(id: string, changes?: Partial<AttemptSpec>): AttemptSpec;
  start(workspaces: Workspaces, spec: AttemptSpec): Promise<Workspace>;
  /** Runs git at the coordinator. */
  remote(...args: string[]): string;
  /** Commits files to the base branch at the coordinator; returns the commit. */
  advance(files: Record<string, string>): string;
  checkpointOf(tree: Workspace, spec: AttemptSpec): CheckpointOptions;
  pushOf(tree: Workspace, spec: AttemptSpec): Omit<PushCheckpointOptions, 'commit'>;
  close(): Promise<void>;
}

export async function openTrees(files: Record<string, string>): Promise<Trees> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-trees-'));
  const dir = path.join(scratch, 'agent');
  const source = path.join(scratch, 'source');
  const coordinator = await TestCoordinator.start(path.join(scratch, 'repos'));
  mkdirSync(source);
  gitIn(source, 'init', '-q', '-b', 'main');
  commit(source, files);
  coordinator.addRepo(KEY, source);
  const faults: Trees['faults'] = [];
  const link = await openLink(coordinator.url, faults);
  const git = createGit(readEnvironment());
  const now = { ms: 1_000_000_000_000 };
  const warnings: string[] = [];
  const { signal } = new AbortController();
  return {
    scratch,
    dir,
    mirror: path.join(dir, 'shared/cache', `${KEY}.git`),
    git,
    now,
    faults,
    warnings,
    signal,
    async open() {
      const warn = (message: string): void => void warnings.push(message);
      const workspaces = createWorkspaces({
        ...{ dir, git, boot: 'this' },
        coordinator: link.url,
        now: () => now.ms,
        warn,
      });
      await workspaces.open();
      return workspaces;
    },
    spec: (id, changes) => specOf(id, coordinator.commitOf(KEY, 'main'), changes),
    async start(workspaces, spec) {
      await workspaces.claim(spec);
      return await workspaces.acquire(spec, signal);
    },
    remote: (...args) => coordinator.git(KEY, ...args),
    advance(changes) {
      commit(source, changes);
      gitIn(source, 'push', '-q', path.join(scratch, 'repos', `${KEY}.git`), 'main');
      return coordinator.commitOf(KEY, 'main');
    },
    checkpointOf({ repo, start }, { attemptId, author }) {
      return { repo, start, last: null, attemptId, author, git };
    },
    pushOf({ repo }, { attemptId, workBranch, gitToken, repo: { path: repoPath } }) {
      return { repo, coordinator: link.url, repoPath, workBranch, attemptId, gitToken, git };
    },
    async close() {
      await link.close();
      await coordinator.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

export function gitIn(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}

export function put(dir: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dir, name);
    if (!existsSync(path.dirname(file))) mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

function commit(dir: string, files: Record<string, string>): void {
  put(dir, files);
  gitIn(dir, 'add', '-A');
  gitIn(dir, 'commit', '-qm', 'Change');
}

function specOf(id: string, baseCommit: string, changes: Partial<AttemptSpec> = {}): AttemptSpec {
  const attemptId = AttemptId.parse(id);
  const taskId = taskIdOfAttempt(attemptId);
  const limits = { engineMs: 1, engineIdleMs: 1, testMs: 1, setupMs: 1, outputBytes: 1 };
  return {
    attemptId,
    taskId,
    fence: 1,
    ordinal: 1,
    title: 'Change the notes',
    body: '',
    feedback: [],
    lastFailure: null,
    repo: { key: KEY, path: `/git/${KEY}.git`, base: 'main', baseCommit, startFrom: null },
    work: null,
    workBranch: `koubou/work/${attemptId}`,
    branch: `koubou/${taskId}`,
    gitToken: GIT_TOKEN,
    engine: { kind: 'command', run: 'true' },
    author: { name: 'Koubou', email: 'koubou@localhost' },
    limits: { ...limits, checkpointMs: 1 },
    ...changes,
  };
}

/** An HTTP link to `target` that fails as `faults` say. */
async function openLink(
  target: string,
  faults: Trees['faults'],
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((req, res) => pass(req, res, target, faults));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
  faults: Trees['faults'],
): void {
  const hit = faults[0]?.path.test(req.url ?? '') ? faults.shift()?.fault : undefined;
  if (hit === 'away') {
    req.socket.destroy();
    return;
  }
  const { method, headers } = req;
  const onward = request(`${target}${req.url ?? ''}`, { method, headers }, (answer) => {
    if (hit === 'answer_lost') {
      answer.resume().once('end', () => req.socket.destroy());
      return;
    }
    res.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(res);
  });
  req.pipe(onward);
}
