/**
 * This PC's own agents: started as child processes of the same program, watched, and started again when they end by
 * themselves: at once, then with growing pauses for one that dies young. Their attempts live on meanwhile, in processes of
 * their own. Each has a folder under `<data>/agents` with its configuration and its log.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { AgentId } from '../../../shared/ids.ts';
import { endHolder, holderOf } from './orphan.ts';

/** How to start a role of this program: `process.execPath` and the arguments before the role. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Calls `run` when it may begin; the answer calls it off. */
export type Hold = (run: () => void) => () => void;

export interface LocalAgentsDeps {
  readonly count: number;
  readonly slots: number;
  readonly program: Program;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `<data>/agents`. */
  readonly dir: string;
  /** Address of the coordinator, without a path. */
  readonly url: string;
  readonly agentToken: (id: AgentId) => string;
  /** Until when they wait with their first start; `null`: not at all. */
  readonly hold: Hold | null;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface LocalAgents {
  /** Asks all to stop their attempts and end, and ends those that do not. */
  close(): Promise<void>;
  /** Lets go of them: they run on, and the next coordinator at this address finds them. */
  leave(): void;
}

/** An agent that lived so long was all right: the next pause is the first again. */
const HEALTHY_MS = 60_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** An agent takes up to 5 s for its last reports. */
const STOP_MS = 8_000;
/** How often it is looked whether an agent of an earlier coordinator is still there. */
const LOOK_AGAIN_MS = 250;
/** To an agent: end, and leave the attempts to run (`src/agent/run.ts`). Elsewhere than on POSIX it is the plain end. */
const LEAVE = process.platform === 'win32' ? 'SIGTERM' : 'SIGUSR2';
const MOST_LOG_BYTES = 5 * 1024 * 1024;

export function startLocalAgents(deps: LocalAgentsDeps): LocalAgents {
  endThoseBeyond(deps);
  const agents = Array.from({ length: deps.count }, (_, i) =>
    watchAgent(AgentId.parse(`local-${i + 1}`), deps),
  );
  return {
    async close() {
      await Promise.all(agents.map((agent) => agent.close()));
    },
    leave() {
      for (const agent of agents) agent.leave();
    },
  };
}

/** There were more of them before: those that outlived their coordinator leave their attempts to the others. */
function endThoseBeyond({ dir, count, clock }: LocalAgentsDeps): void {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir)) {
    const [, number] = /^local-(\d+)$/.exec(name) ?? [];
    if (number === undefined || Number(number) <= count) continue;
    void endHolder(path.join(dir, name), clock, { signal: LEAVE, mostMs: STOP_MS });
  }
}

function watchAgent(id: AgentId, deps: LocalAgentsDeps): LocalAgents {
  const { clock, log } = deps;
  const dir = path.join(deps.dir, id);
  let child: ChildProcess | null = null;
  let closed = false;
  let pauseMs = FIRST_PAUSE_MS;
  let cancelRestart = (): void => {};

  function again(why: string): void {
    if (closed) return;
    const logFile = path.join(dir, 'agent.log');
    log.warn({ agent: id, why, againMs: pauseMs, logFile }, 'a local agent ended');
    cancelRestart = clock.after(pauseMs, start);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }

  function start(): void {
    try {
      const config = writeConfig(id, dir, deps);
      if (holderOf(dir) === null) return watchChild(spawnAgent(config.file, dir, deps));
      // It outlived an earlier coordinator. One that knows our address comes back to us by itself; another has to read
      // it, and leaves its attempts to the next one.
      if (config.isNew) void endHolder(dir, clock, { signal: LEAVE, mostMs: STOP_MS });
      cancelRestart = clock.after(LOOK_AGAIN_MS, start);
    } catch (error) {
      // A full disk, say: it may have room again at the next try.
      again(error instanceof Error ? error.message : String(error));
    }
  }

  function watchChild(started: ChildProcess): void {
    const startedAt = clock.monotonic();
    child = started;
    const ended = (why: string): void => {
      if (child !== started) return;
      child = null;
      if (clock.monotonic() - startedAt >= HEALTHY_MS) pauseMs = FIRST_PAUSE_MS;
      again(why);
    };
    started.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    started.once('error', (error) => ended(error.message));
  }

  if (deps.hold) cancelRestart = deps.hold(start);
  else start();
  return {
    async close() {
      closed = true;
      cancelRestart();
      const asked = { signal: 'SIGTERM', mostMs: STOP_MS } as const;
      await (child ? stop(child, clock) : endHolder(dir, clock, asked));
    },
    leave() {
      closed = true;
      cancelRestart();
      // Neither the process nor the pipe keeps ours alive; the end of the pipe tells it that we are gone.
      child?.unref();
      child?.stdin?.destroy();
    },
  };
}

async function stop(child: ChildProcess, clock: Clock): Promise<void> {
  // Neither an exit code nor a process: it never started.
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const cancel = clock.after(STOP_MS, () => child.kill('SIGKILL'));
  await exit;
  cancel();
}

/** Writes the file that the agent reads at its start (`src/agent/config.ts`); it holds the token. */
function writeConfig(
  id: AgentId,
  dir: string,
  { url, slots, agentToken }: LocalAgentsDeps,
): { file: string; isNew: boolean } {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, 'config.json');
  const name =
    id === 'local-1' ? hostname().slice(0, 100) || id : `${hostname().slice(0, 90)} ${id}`;
  const config = {
    coordinator: url,
    agentId: id,
    name,
    token: agentToken(id),
    slots,
    dir,
    local: true,
  };
  const isNew = rewrite(file, `${JSON.stringify(config, null, 2)}\n`);
  // One of an earlier build leaves its attempts to one of ours, as over a new address.
  const isUpdated = rewrite(path.join(dir, 'build'), `${__KOUBOU_BUILD__}\n`);
  return { file, isNew: isNew || isUpdated };
}

/** True when something else stood there. */
function rewrite(file: string, text: string): boolean {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  writeFileSync(file, text, { mode: 0o600 });
  // A file that was there keeps its mode when it is written.
  chmodSync(file, 0o600);
  return true;
}

function spawnAgent(config: string, dir: string, { program, env }: LocalAgentsDeps): ChildProcess {
  const file = path.join(dir, 'agent.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_LOG_BYTES) rmSync(file);
  const output = openSync(file, 'a', 0o600);
  try {
    return spawn(program.command, [...program.args, 'agent', 'run', '--config', config], {
      // Nothing is ever written to the pipe: its end tells the agent that we are gone.
      stdio: ['pipe', output, output],
      env: agentEnv(program, env),
    });
  } finally {
    closeSync(output);
  }
}

/** Attempts find the very Node we run on, if it is one; the people's token is none of an agent's business. */
function agentEnv(program: Program, env: LocalAgentsDeps['env']): NodeJS.ProcessEnv {
  const { KOUBOU_URL: _url, KOUBOU_TOKEN: _token, NODE_CHANNEL_FD: _fd, ...rest } = env;
  // The single executable is started without a script: there is no Node beside it.
  if (program.args.length === 0) return rest;
  const node = path.dirname(program.command);
  return {
    ...rest,
    PATH: [node, ...(rest['PATH'] === undefined ? [] : [rest['PATH']])].join(path.delimiter),
  };
}
