/** The composition root of an agent: builds its parts on one folder, connects, and returns how to end it. */
import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Clock } from '../shared/clock.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { PROTOCOL_VERSION } from '../shared/protocol/version.ts';
import { findCapabilities, findTools } from './capabilities.ts';
import type { AgentConfig, Environment } from './config.ts';
import { claudeCodeEngine } from './engines/claude-code.ts';
import { commandEngine } from './engines/command.ts';
import type { Engine } from './engines/engine.ts';
import { freeBytes, messageOf } from './failure.ts';
import { createGit, type Git } from './git.ts';
import { endTree } from './kill.ts';
import { openLink, type Link, type LinkOptions } from './link.ts';
import { takeLock } from './lock.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { createVitals } from './vitals.ts';
import { openWorkspaces, type Workspaces } from './workspace.ts';

/** How long the last reports may take at the end. */
const CLOSE_GRACE_MS = 3_000;

export interface Agent {
  /** True while it holds attempts. */
  readonly busy: boolean;
  /** ms since the coordinator was heard last. */
  silentFor(): number;
  /** Stops and reports all attempts, then lets go of everything. */
  close(): Promise<void>;
}

export interface AgentDeps {
  readonly config: AgentConfig;
  readonly environment: Environment;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** @throws LockedError when another agent works in the folder */
export async function startAgent(deps: AgentDeps): Promise<Agent> {
  const { config, environment, clock, log } = deps;
  const { dir, coordinator } = config;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = await takeLock(dir);
  try {
    // What a crashed agent left running would go on changing trees that are given out again.
    await endTree({ dir }, { clock });
    const git = createGit(environment);
    const now = (): number => clock.now();
    const warn = (message: string): void => log.warn(message);
    const workspaces = await openWorkspaces({ dir, coordinator, git, now, warn });
    const { supervisor, link } = connect(deps, workspaces, git);
    return {
      get busy() {
        return supervisor.busy;
      },
      silentFor: () => link.silentFor(),
      async close() {
        await supervisor.close(CLOSE_GRACE_MS);
        link.close();
        await workspaces.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The link and the supervisor speak to each other; both are there before the first frame comes. */
function connect(
  deps: AgentDeps,
  workspaces: Workspaces,
  git: Git,
): { supervisor: Supervisor; link: Link } {
  const { config, environment, version, clock, log } = deps;
  const { dir, coordinator, agentId, name, slots, token } = config;
  const tools = findTools(environment);
  const link = openLink({
    coordinator,
    token,
    clock,
    log,
    async hello() {
      const capabilities = await findCapabilities(config, environment, await tools);
      const repos = await workspaces.repos();
      const who = { agentId, name, version, slots, capabilities, repos };
      // What is held is looked up last, after the waiting: as it is at the moment of sending.
      const holding = supervisor.holding();
      return { type: 'hello', protocol: PROTOCOL_VERSION, ...who, holding };
    },
    heartbeat: beats(dir, workspaces, (message) => log.warn(message)),
    onWelcome: (frame) => supervisor.welcome(frame),
    onFrame: (frame) => supervisor.receive(frame),
    onRoom: () => supervisor.pump(),
    onSilence: () => supervisor.stopAll('link_lost', 'the coordinator was not heard for too long'),
  });
  const engineFor = (spec: AttemptSpec): Engine => engineOf(spec, clock);
  const shared = { slots, dir, coordinator, workspaces, git, engineFor, clock, environment, log };
  const supervisor = createSupervisor({ ...shared, link });
  return { supervisor, link };
}

function engineOf({ engine }: AttemptSpec, clock: Clock): Engine {
  switch (engine.kind) {
    case 'command':
      return commandEngine(engine.run);
    case 'claude-code':
      return claudeCodeEngine({ model: engine.model, clock, isRoot: process.getuid?.() === 0 });
  }
}

/** What goes with a heartbeat: the load, and the cached repositories when they changed. */
function beats(
  dir: string,
  workspaces: Workspaces,
  warn: (message: string) => void,
): LinkOptions['heartbeat'] {
  const vitals = createVitals();
  let free = 0;
  let repos: string[] = [];
  let told = '';
  async function look(): Promise<void> {
    [free, repos] = await Promise.all([freeBytes(dir), workspaces.repos()]);
  }
  return () => {
    // Looked up in the background: a heartbeat waits for no disk.
    look().catch((error: unknown) =>
      warn(`the agent's folder cannot be read: ${messageOf(error)}`),
    );
    const names = repos.join(' ');
    const changed = names !== told;
    told = names;
    return { vitals: vitals(free), ...(changed && { repos }) };
  };
}
