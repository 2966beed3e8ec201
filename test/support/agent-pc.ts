/**
 * Another PC of a workshop: an agent in a process of its own, which a test can kill or stop, alone or with everything that
 * runs for it. Its folder lies in the workshop's, whose `close` finds what is left of it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { agentToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { AgentId } from '../../src/shared/ids.ts';
import { until } from '../faults/time.ts';
import { NODE, processesOf, PROGRAM, type Workshop } from './workshop.ts';

export interface AgentPc {
  readonly id: AgentId;
  readonly dir: string;
  /** Starts the agent, for the first time or again. Resolves when it is connected. */
  start(): Promise<void>;
  /** Kills the agent's own process only. */
  killAgent(): Promise<void>;
  /** The PC is gone: kills the agent, the supervisors and all that attempts started. */
  lose(): Promise<void>;
  /** Sends a signal to the agent's own process, or to everything of the PC. */
  signal(name: NodeJS.Signals, whom: 'agent' | 'everything'): void;
  /** Process ids of the supervisors of attempts. */
  supervisors(): number[];
  /** Resolves when nothing of it runs. */
  quiet(): Promise<void>;
  /** Tells the agent to end, and waits for it. */
  close(): Promise<void>;
}

export interface AgentPcOptions {
  readonly workshop: Workshop;
  readonly id: string;
  readonly slots?: number;
  readonly labels?: readonly string[];
  readonly env?: Record<string, string | undefined>;
}

/** All that a PC runs has to go within this time. */
const QUIET_MS = 20_000;

/** Makes a PC whose agent is connected. */
export async function startAgentPc(options: AgentPcOptions): Promise<AgentPc> {
  const pc = makeAgentPc(options);
  await pc.start();
  return pc;
}

function makeAgentPc({ workshop, id: name, slots = 1, labels = [], env }: AgentPcOptions): AgentPc {
  const id = AgentId.parse(name);
  const dir = path.join(workshop.dir, 'pcs', id);
  mkdirSync(dir, { recursive: true });
  const config = path.join(dir, 'config.json');
  const token = agentToken(readFileSync(path.join(workshop.dir, 'secret'), 'utf8').trim(), id);
  const who = { coordinator: workshop.url, agentId: id, name, token };
  writeFileSync(config, JSON.stringify({ ...who, slots, dir, local: false, labels }));
  let child: ChildProcess | null = null;

  const pids = (): number[] => processesOf(dir).map((line) => Number.parseInt(line, 10));
  const quiet = async (): Promise<void> => {
    if (await until(() => pids().length === 0, QUIET_MS, 10)) return;
    throw new Error(`still running on ${id}: ${processesOf(dir).join('; ')}`);
  };
  return {
    id,
    dir,
    async start() {
      const { seq } = await workshop.call('snapshot.get', {});
      const log = openSync(path.join(dir, 'agent.log'), 'a');
      child = spawn(NODE, [PROGRAM, 'agent', 'run', '--config', config], {
        stdio: ['ignore', log, log],
        env: { ...process.env, ...env },
      });
      closeSync(log);
      await workshop.untilEvent(
        ({ event }) => event.type === 'agent.connected' && event.agentId === id,
        seq,
      );
    },
    async killAgent() {
      await ended(child, 'SIGKILL');
    },
    async lose() {
      // In the order of /proc, oldest first: the agent must not see its supervisors die.
      const end = ended(child, 'SIGKILL');
      await until(() => {
        for (const pid of pids()) send(pid, 'SIGKILL');
        return pids().length === 0;
      }, QUIET_MS);
      await end;
    },
    signal(signal, whom) {
      if (whom === 'agent') child?.kill(signal);
      else for (const pid of pids()) send(pid, signal);
    },
    supervisors: () =>
      processesOf(dir)
        .filter((line) => / agent supervise\b/.test(line))
        .map((line) => Number.parseInt(line, 10)),
    quiet,
    async close() {
      await ended(child, 'SIGTERM');
      await quiet();
    },
  };
}

async function ended(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
