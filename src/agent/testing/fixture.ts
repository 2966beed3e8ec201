/** A coordinator, an agent on a folder of its own, and a small repository, for tests of whole attempts. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { taskIdOfAttempt, AgentId, AttemptId } from '../../shared/ids.ts';
import type { AttemptSpec } from '../../shared/protocol/agent.ts';
import { startAgent, type Agent } from '../agent.ts';
import { findTools } from '../capabilities.ts';
import { pause, systemClock } from '../clock.ts';
import { readEnvironment, type AgentConfig, type Environment } from '../config.ts';
import { listProcesses } from '../processes.ts';
import { GIT_TOKEN, TestCoordinator, TOKEN } from './coordinator.ts';

export const LIMITS = {
  checkpointMs: 60_000,
  engineMs: 60_000,
  engineIdleMs: 60_000,
  testMs: 60_000,
  setupMs: 60_000,
  outputBytes: 64 * 1024 * 1024,
};
const PROGRAM = {
  command: process.execPath,
  args: [path.join(import.meta.dirname, 'program.ts')],
};
export const KEY = 'notes-1a2b';

export interface Fixture {
  readonly scratch: string;
  readonly dir: string;
  readonly coordinator: TestCoordinator;
  /** Starts an agent (the folder's next one, if there was one before). */
  agent(changes?: Partial<AgentConfig>, environment?: Environment): Promise<Agent>;
  /** Makes the repository KEY; returns its first commit. */
  repo(files: Record<string, string>, key?: string): string;
  /** A spec for attempt `id` of repository KEY at its `main`. */
  spec(id: string, run: string, changes?: Partial<AttemptSpec>): AttemptSpec;
  /** Processes of this agent's attempts that are alive. */
  processes(): Promise<number[]>;
  /** Resolves when `test` is true; for what nobody announces. */
  until(test: () => boolean): Promise<void>;
  /** Ends all agents. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function openFixture(): Promise<Fixture> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-agent-'));
  const dir = path.join(scratch, 'agent');
  const coordinator = await TestCoordinator.start(path.join(scratch, 'repos'));
  const agents: Agent[] = [];
  const stop = async (): Promise<void> => {
    for (const agent of agents.splice(0)) await agent.close();
  };
  return {
    scratch,
    dir,
    coordinator,
    async agent(changes = {}, environment = readEnvironment()) {
      const config = { ...configOf(coordinator, dir), ...changes };
      const welcomed = coordinator.welcomed();
      const agent = await startAgent({
        config,
        home: null,
        environment,
        tools: toolsHere(),
        version: '0.0.0-test',
        program: PROGRAM,
        clock: systemClock,
        log: pino({ level: 'silent' }),
      });
      agents.push(agent);
      await welcomed;
      return agent;
    },
    repo(files, key = KEY) {
      const source = path.join(scratch, `source-${key}`);
      makeRepo(source, files);
      return coordinator.addRepo(key, source);
    },
    spec: (id, run, changes = {}) => specOf(coordinator, id, run, changes),
    async processes() {
      const all = await listProcesses();
      return all
        .filter(({ environment }) => environment.includes(`KOUBOU_DIR=${dir}`))
        .map(({ pid }) => pid);
    },
    async until(test) {
      while (!test()) await pause(systemClock, 5);
    },
    stop,
    async close() {
      await stop();
      await coordinator.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

let tools: ReturnType<typeof findTools> | null = null;

/** Looked for once: dozens of programs start for it, and a Java among them takes a second. */
function toolsHere(): ReturnType<typeof findTools> {
  return (tools ??= findTools(readEnvironment()));
}

function configOf({ url }: TestCoordinator, dir: string): AgentConfig {
  return {
    coordinator: url,
    agentId: AgentId.parse('local-1'),
    name: 'Test',
    token: TOKEN,
    identity: null,
    slots: 2,
    dir,
    local: false,
    specialties: [],
    labels: [],
    api: null,
  };
}

function specOf(
  coordinator: TestCoordinator,
  id: string,
  run: string,
  changes: Partial<AttemptSpec>,
): AttemptSpec {
  const attemptId = AttemptId.parse(id);
  const taskId = taskIdOfAttempt(attemptId);
  const ordinal = Number(id.split('.')[1]);
  return {
    attemptId,
    taskId,
    fence: Number(taskId.slice(5)) * 100 + ordinal,
    ordinal,
    title: 'Change the notes',
    body: 'Please.',
    feedback: [],
    lastFailure: null,
    repo: {
      key: KEY,
      path: `/git/${KEY}.git`,
      base: 'main',
      baseCommit: coordinator.commitOf(KEY, 'main'),
      startFrom: null,
    },
    work: null,
    workBranch: `koubou/work/${attemptId}`,
    branch: `koubou/${taskId}-change-the-notes`,
    gitToken: GIT_TOKEN,
    engine: { kind: 'command', run },
    author: { name: 'Koubou', email: 'koubou@localhost' },
    limits: LIMITS,
    ...changes,
  };
}

export function makeRepo(dir: string, files: Record<string, string>): void {
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '-q', '-b', 'main');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
  git(dir, 'add', '-A');
  git(dir, 'commit', '-qm', 'Begin');
}

export function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}
