/** How soon an attempt can begin: a plain clone against the second start on the same repository. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnvironment } from '../../src/agent/config.ts';
import { createGit } from '../../src/agent/git.ts';
import { createWorkspaces } from '../../src/agent/workspace.ts';
import { AttemptId, taskIdOfAttempt } from '../../src/shared/ids.ts';
import type { AttemptSpec } from '../../src/shared/protocol/agent.ts';
import { git, makeHistoryRepo } from '../support/history-repo.ts';
import { percentile, row, type Print } from './measure.ts';
import { serveGit } from './serve-git.ts';

const RUNS = 5;
const FILES = 4_000;

export async function benchWorkspace(print: Print): Promise<void> {
  print('Workspace of an attempt, repository over HTTP');
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-workspace-'));
  const server = serveGit(scratch);
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const url = `http://127.0.0.1:${address.port}`;
    makeHistoryRepo(path.join(scratch, 'history'));
    await compare(print, scratch, url, 'history', 'semver, its history');
    makeWide(path.join(scratch, 'wide'));
    await compare(print, scratch, url, 'wide', `${FILES} files`);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function compare(
  print: Print,
  scratch: string,
  url: string,
  key: string,
  what: string,
): Promise<void> {
  git(scratch, 'clone', '-q', '--bare', key, `${key}.git`);
  const baseCommit = git(path.join(scratch, `${key}.git`), 'rev-parse', 'main');
  const clones: number[] = [];
  for (let i = 0; i < RUNS; i++)
    clones.push(
      await timed(() => clone(`${url}/git/${key}.git`, path.join(scratch, `clone-${key}-${i}`))),
    );
  const dir = path.join(scratch, `agent-${key}`);
  const warn = (message: string): void => print(`  ${message}`);
  const workspaces = createWorkspaces({
    dir,
    coordinator: url,
    git: createGit(readEnvironment()),
    boot: 'this',
    now: () => Date.now(),
    warn,
  });
  await workspaces.open();
  const starts: number[] = [];
  for (let i = 0; i <= RUNS; i++) {
    const spec = specOf(key, baseCommit, i + 1);
    await workspaces.claim(spec);
    const { signal } = new AbortController();
    let repo = '';
    starts.push(await timed(async () => ({ repo } = await workspaces.acquire(spec, signal))));
    // As an engine leaves it: something changed, something new.
    writeFileSync(path.join(repo, 'README.md'), `changed ${i}`);
    writeFileSync(path.join(repo, 'new.txt'), 'new');
    await workspaces.release({ ...spec, unwanted: true });
    await workspaces.close();
  }
  const [first = 0, ...later] = starts;
  const [plain, again] = [percentile(clones, 0.5), percentile(later, 0.5)];
  print(row(`${what}: plain clone (median of ${RUNS})`, `${plain.toFixed(0)} ms`, ''));
  print(row(`${what}: first start`, `${first.toFixed(0)} ms`, ''));
  print(row(`${what}: next starts (median of ${RUNS})`, `${again.toFixed(0)} ms`, ''));
  print(row(`${what}: plain clone ÷ next start`, `${(plain / again).toFixed(1)}×`, '≥ 10×'));
}

async function clone(from: string, to: string): Promise<void> {
  const child = spawn('git', ['clone', '-q', from, to], { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`git clone ended with ${child.exitCode}`);
}

/** How many ms it takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** A repository of many small files. */
function makeWide(dir: string): void {
  for (let i = 0; i < FILES; i++) {
    const folder = path.join(dir, `part-${i % 100}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `file-${i}.txt`), `line of file ${i}\n`.repeat(60));
  }
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', 'Many files');
}

/** What an agent is told of attempt `task-NUMBER.1`. */
export function specOf(key: string, baseCommit: string, number: number): AttemptSpec {
  const attemptId = AttemptId.parse(`task-${number}.1`);
  return {
    attemptId,
    taskId: taskIdOfAttempt(attemptId),
    fence: number,
    ordinal: 1,
    title: 'Bench',
    body: '',
    feedback: [],
    lastFailure: null,
    repo: { key, path: `/git/${key}.git`, base: 'main', baseCommit, startFrom: null },
    work: null,
    workBranch: `koubou/work/task-${number}.1`,
    branch: `koubou/task-${number}`,
    gitToken: 'token',
    engine: { kind: 'command', run: 'true' },
    author: { name: 'Bench', email: 'bench@example.invalid' },
    limits: {
      checkpointMs: 1,
      engineMs: 1,
      engineIdleMs: 1,
      testMs: 1,
      setupMs: 1,
      outputBytes: 1,
    },
  };
}
