/**
 * What git costs through the gateway, as an attempt with its token: a `git clone` beside the same over plain
 * `git http-backend`, in turns of the same run; and how an agent begins, first and when it has been there before.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { readEnvironment } from '../../src/agent/config.ts';
import { createGit, credentialConfig } from '../../src/agent/git.ts';
import { createWorkspaces, type Workspaces } from '../../src/agent/workspace.ts';
import { CAPABILITIES } from '../../src/main/coordinator/api/testing.ts';
import { openLocalForge } from '../../src/main/coordinator/forge/local/local-forge.ts';
import { repoKeyOf } from '../../src/main/coordinator/forge/repo-key.ts';
import { gitToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { openGitAccess } from '../../src/main/coordinator/git-access.ts';
import { openJournal } from '../../src/main/coordinator/journal/open.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';
import type { Command } from '../../src/shared/domain/command.ts';
import { AgentId, attemptIdOf, TaskId } from '../../src/shared/ids.ts';
import type { AttemptSpec } from '../../src/shared/protocol/agent.ts';
import { git } from '../support/history-repo.ts';
import { makeLargeRepo } from './large-repo.ts';
import { percentile, row, type Print } from './measure.ts';
import { serveGit } from './serve-git.ts';
import { specOf, timed } from './workspace.ts';

const RUNS = 6;
const SECRET = 'a secret of the data folder';
const AGENT = AgentId.parse('local-1');

export async function benchGatewayClone(print: Print): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-clone-'));
  const repo = path.join(scratch, 'shop');
  const size = await makeLargeRepo(repo);
  const workshop = await openWorkshop(path.join(scratch, 'data'), repo);
  const plain = serveGit(scratch);
  try {
    git(scratch, 'clone', '-q', '--bare', repo, 'shop.git');
    const plainUrl = `${await listening(plain)}/git/shop.git`;
    print(
      `Git through the gateway, a repository of ${size.files} files and ${size.commits} commits`,
    );
    const spec = await workshop.assign();
    const gatewayUrl = `${workshop.url}${spec.repo.path}`;
    const shown = credentialConfig(workshop.url, spec.attemptId, spec.gitToken);
    const agent = await openAgent(path.join(scratch, 'agent'), workshop.url);
    const [direct, ours, starts]: [number[], number[], number[]] = [[], [], []];
    for (let run = 0; run < RUNS; run += 1) {
      direct.push(await timed(() => clone(plainUrl, path.join(scratch, `plain-${run}`), {})));
      ours.push(await timed(() => clone(gatewayUrl, path.join(scratch, `ours-${run}`), shown)));
      starts.push(await agentStart(agent, run === 0 ? spec : await movedOn(workshop, repo, run)));
    }
    tell(print, direct, ours, starts);
  } finally {
    plain.closeAllConnections();
    plain.close();
    await workshop.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function tell(print: Print, direct: number[], ours: number[], starts: readonly number[]): void {
  const [first = 0, ...later] = starts;
  const [plain, through, next] = [direct, ours, later].map((times) => percentile(times, 0.5));
  const share = (ms = 0): string => `${ms.toFixed(0)} ms (${(ms / (plain ?? 1)).toFixed(2)}×)`;
  const median = `median of ${RUNS}`;
  print(row(`git clone over plain git http-backend (${median})`, `${plain?.toFixed(0)} ms`, ''));
  print(row(`git clone through the gateway (${median})`, share(through), '≤ 1.3×'));
  print(row('an agent that was never there: mirror and work tree', share(first), ''));
  print(
    row(`an agent that was, the base has moved on (median of ${RUNS - 1})`, share(next), '≤ 0.3×'),
  );
}

interface Workshop {
  readonly url: string;
  /** A task more on the branch as it is now, given to the agent: what that is told. */
  assign(): Promise<AttemptSpec>;
  close(): Promise<void>;
}

/** The coordinator's own parts between an agent and a repository, with a server before them. */
async function openWorkshop(dataDir: string, repo: string): Promise<Workshop> {
  const log = pino({ level: 'silent' });
  const base = { clock: systemClock, env: process.env, log };
  const opened = openJournal({ dir: dataDir, clock: systemClock, endOfTurn: setImmediate });
  if (!opened.ok) throw new Error(opened.error.message);
  const journal = opened.value;
  const forge = openLocalForge({ ...base, dir: path.join(dataDir, 'repos'), home: dataDir });
  const access = openGitAccess({
    ...{ ...base, journal, forge, dataDir, secret: SECRET, repoKey: repoKeyOf },
  });
  const server = createServer((request, response) => access.handle(request, response));
  const submit = async (command: Command): Promise<void> => {
    const result = await journal.submit(command, { actor: 'bench' });
    if (!result.ok) throw new Error(result.error.message);
  };
  const about = { name: 'PC', version: '1', address: '-', slots: 99, capabilities: CAPABILITIES };
  await submit({ type: 'agent.connect', agentId: AGENT, ...about });
  let tasks = 0;
  return {
    url: await listening(server),
    async assign() {
      const prepared = await forge.prepare({ url: repo, base: 'main' });
      if (!prepared.ok) throw new Error(prepared.error.message);
      tasks += 1;
      const taskId = TaskId.parse(`task-${tasks}`);
      await submit({
        ...{ type: 'task.create', title: 'Fix it', body: '', priority: 'normal', at: null },
        ...{ repo: { url: repo, base: 'main' }, needs: [], after: [] },
        engine: { kind: 'command', run: 'true' },
      });
      await submit({ type: 'task.analyse', taskId, specialty: 'general' });
      await submit({ type: 'task.assign', taskId, agentId: AGENT, reasons: [] });
      const attemptId = attemptIdOf(taskId, 1);
      const fence = journal.attempt(attemptId)?.fence ?? 0;
      const { key, baseCommit } = prepared.value;
      return { ...specOf(key, baseCommit, tasks), gitToken: gitToken(SECRET, attemptId, fence) };
    },
    async close() {
      await access.close();
      server.closeAllConnections();
      server.close();
      await forge.close();
      await journal.close();
    },
  };
}

async function openAgent(dir: string, coordinator: string): Promise<Workspaces> {
  const workspaces = createWorkspaces({
    ...{ dir, coordinator, git: createGit(readEnvironment()), boot: 'this' },
    now: () => Date.now(),
    warn: (message) => console.error(message),
  });
  await workspaces.open();
  return workspaces;
}

/** The next attempt, on a base that somebody moved on meanwhile. */
async function movedOn(workshop: Workshop, repo: string, run: number): Promise<AttemptSpec> {
  writeFileSync(path.join(repo, 'moved.txt'), `on ${run}`);
  git(repo, 'add', 'moved.txt');
  git(repo, 'commit', '-qm', 'Move on');
  return await workshop.assign();
}

/** How many ms pass until the attempt can begin. */
async function agentStart(workspaces: Workspaces, spec: AttemptSpec): Promise<number> {
  await workspaces.claim(spec);
  const { signal } = new AbortController();
  let tree = '';
  const ms = await timed(async () => ({ repo: tree } = await workspaces.acquire(spec, signal)));
  // As an engine leaves it: something changed, something new.
  writeFileSync(path.join(tree, 'new.txt'), 'new');
  await workspaces.release({ ...spec, unwanted: true });
  await workspaces.close();
  return ms;
}

async function clone(
  url: string,
  to: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const options = Object.entries(config).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit'];
  const child = spawn('git', [...options, 'clone', '-q', url, to], { stdio });
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`git clone ended with ${child.exitCode}`);
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}
