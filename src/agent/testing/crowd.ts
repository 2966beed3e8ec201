/** Real processes for tests of finding, pausing and ending: known by a tag in their command line, whatever they shed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { pause, systemClock } from '../clock.ts';
import { readEnvironment } from '../config.ts';
import { engineEnvironment, type Mark } from '../environment.ts';
import { listProcesses, readProcFile, type ProcessInfo } from '../processes.ts';

export interface Crowd {
  /** A command that does nothing for long and has the tag. */
  readonly nap: string;
  /** Runs a script of an attempt in a group of its own; resolves with its pid when the script reached its end. */
  start(script: string, options?: { cwd?: string; mark?: Mark | null }): Promise<number>;
  alive(): Promise<ProcessInfo[]>;
  /** Resolves when `test` holds for those that are alive. */
  until(test: (alive: readonly ProcessInfo[]) => boolean): Promise<ProcessInfo[]>;
  /** Kills what a failed test left. */
  end(): Promise<void>;
}

/** Whether one of them got away from its parent and from the leader of its session. */
export function someLost(alive: readonly ProcessInfo[]): boolean {
  const pids = new Set(alive.map(({ pid }) => pid));
  return alive.some(({ session }) => !pids.has(session));
}

let crowds = 0;

export function createCrowd(mark: Mark): Crowd {
  crowds += 1;
  const tag = `1000.00${process.pid}0${crowds}`;
  const alive = async (): Promise<ProcessInfo[]> => {
    const mine = new Set(readdirSync('/proc').filter((pid) => hasTag(pid, tag)));
    return (await listProcesses(false)).filter(({ pid }) => mine.has(String(pid)));
  };
  return {
    nap: `sleep ${tag}`,
    async start(script, options = {}) {
      const of = options.mark === undefined ? mark : options.mark;
      const own = readEnvironment();
      const child = spawn('sh', ['-c', `: ${tag}\n${script}\necho ready\nexec sleep ${tag}`], {
        env: of === null ? { PATH: own['PATH'] ?? '' } : engineEnvironment(own, of),
        cwd: options.cwd ?? '/',
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      });
      await once(child.stdout, 'data');
      child.stdout.resume();
      return child.pid ?? 0;
    },
    alive,
    async until(test) {
      for (;;) {
        const found = await alive();
        if (test(found)) return found;
        await pause(systemClock, 10);
      }
    },
    async end() {
      for (let found = await alive(); found.length > 0; found = await alive()) {
        for (const { pid } of found) kill(pid);
        await pause(systemClock, 10);
      }
    },
  };
}

function hasTag(pid: string, tag: string): boolean {
  return /^\d+$/.test(pid) && readProcFile(`/proc/${pid}/cmdline`).includes(tag);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
