/** Looks again and again at the processes of namespaces: what they were started with, and their environment. Linux, as root. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Watched {
  /** Command lines that were seen, of all. */
  readonly commands: ReadonlySet<string>;
  /** Environments that were seen, of those in `inside`. */
  readonly environments: ReadonlySet<string>;
}

export interface Watch {
  stop(): Watched;
}

const EVERY_MS = 40;
const KINDS = ['pid', 'net'] as const;

/** @param namespaces by the kernel's names. @param inside a process namespace among them */
export function watchProcesses(namespaces: readonly string[], inside: string): Watch {
  const commands = new Set<string>();
  const environments = new Set<string>();
  /** By process, its namespaces; those that have ended are forgotten. */
  let known = new Map<string, readonly string[]>();

  function look(): void {
    const now = new Map<string, readonly string[]>();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const spaces = known.get(pid) ?? KINDS.map((kind) => spaceOf(pid, kind));
      now.set(pid, spaces);
      if (!spaces.some((space) => namespaces.includes(space))) continue;
      commands.add(read(pid, 'cmdline'));
      if (spaces.includes(inside)) environments.add(read(pid, 'environ'));
    }
    known = now;
  }

  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { commands, environments };
    },
  };
}

function spaceOf(pid: string, kind: (typeof KINDS)[number]): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return ''; // It has ended.
  }
}

function read(pid: string, part: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${part}`, 'utf8');
  } catch {
    return ''; // It has ended.
  }
}
