/**
 * A control group (cgroup v2) per attempt, where this machine lets us have one: the kernel then knows by itself what
 * belongs to the attempt, and freezes or kills all of it in one step. Where there is none, the callers do without.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { pause } from './clock.ts';
import type { Mark } from './environment.ts';

export interface Cgroup {
  readonly path: string;
  /** Moves a process, not its children, into it. @throws when it is gone */
  add(pid: number): Promise<void>;
  /** A command that puts itself into the group and becomes `argv`: nothing of it ever ran outside. */
  command(argv: readonly string[]): string[];
  /** All processes in it and in groups that were made below it. */
  processes(): Promise<number[]>;
  /** Stops everything in it; `false` when that did not come about in 2 s or the kernel cannot. */
  freeze(): Promise<boolean>;
  thaw(): Promise<void>;
  /** Kills everything in it, also what is frozen. */
  kill(): Promise<void>;
  /** Removes it; `false` while something lives in it. */
  remove(): Promise<boolean>;
}

const FREEZE_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 5;

/**
 * Makes the attempt's group, or finds it again.
 * @param base folder of the group to make it in; by default the one that we are in ourselves
 * @returns `null` where there is no cgroup v2 that we may write
 */
export async function openCgroup(mark: Mark, clock: Clock, base?: string): Promise<Cgroup | null> {
  const parent = base ?? (await ownCgroup());
  if (parent === null) return null;
  const group = path.join(parent, nameOf(mark));
  try {
    // Moving a process needs both; systemd gives both with Delegate=yes.
    await access(path.join(parent, 'cgroup.procs'), constants.W_OK);
    await mkdir(group, { recursive: true });
    await access(path.join(group, 'cgroup.procs'), constants.W_OK);
  } catch {
    // Not ours to write, read-only, or no cgroup v2 at all: the usual case without systemd.
    return null;
  }
  return cgroupAt(group, clock);
}

/**
 * The folder of our own group. Pure.
 * @param cgroup text of /proc/self/cgroup
 * @param mountinfo text of /proc/self/mountinfo
 * @returns `null` when version 2 is not mounted (the kernel names a group of it all the same) or not in our view
 */
export function cgroupFolder(cgroup: string, mountinfo: string): string | null {
  const own = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  if (own === undefined || own.startsWith('/..')) return null;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    if (!after.startsWith('cgroup2 ')) continue;
    const [, , , root = '/', mountPoint = ''] = before.split(' ').map(unescapeOctal);
    const below = path.posix.relative(root, own);
    if (!below.startsWith('..')) return path.posix.join(mountPoint, below);
  }
  return null;
}

async function ownCgroup(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  try {
    return cgroupFolder(
      await readFile('/proc/self/cgroup', 'utf8'),
      await readFile('/proc/self/mountinfo', 'utf8'),
    );
  } catch {
    // A kernel without control groups.
    return null;
  }
}

function unescapeOctal(field: string): string {
  return field.replaceAll(/\\(\d{3})/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 8)),
  );
}

/** Attempts of two workshops on one PC have the same numbers, so the agent's folder is in the name. */
function nameOf({ attemptId, dir }: Mark): string {
  return `koubou-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}-${attemptId}`;
}

function cgroupAt(group: string, clock: Clock): Cgroup {
  const file = (name: string): string => path.join(group, name);
  const thaw = async (): Promise<void> => void (await tryWrite(file('cgroup.freeze'), '0'));
  return {
    path: group,
    add: async (pid) => await writeFile(file('cgroup.procs'), String(pid)),
    command: (argv) => ['sh', '-c', JOIN, 'sh', file('cgroup.procs'), ...argv],
    processes: async () => await processesIn(group),
    async freeze() {
      if (!(await tryWrite(file('cgroup.freeze'), '1'))) return false;
      const until = clock.monotonic() + FREEZE_WITHIN_MS;
      // Gone means that nothing is left to run.
      const events = async (): Promise<string> =>
        await readFile(file('cgroup.events'), 'utf8').catch(() => 'frozen 1');
      while (!/^frozen 1$/m.test(await events())) {
        if (clock.monotonic() >= until) {
          await thaw();
          return false;
        }
        await pause(clock, LOOK_EVERY_MS);
      }
      return true;
    },
    thaw,
    async kill() {
      if (await tryWrite(file('cgroup.kill'), '1')) return;
      // Before Linux 5.14: what is frozen starts nothing new, and dies all the same.
      await tryWrite(file('cgroup.freeze'), '1');
      for (const pid of await processesIn(group)) killOne(pid);
      await thaw();
    },
    remove: async () => await removeBelow(group),
  };
}

// A group that is gone must not keep the command from running: it is found by its mark all the same.
const JOIN = 'procs=$1; shift; { echo $$ >"$procs"; } 2>/dev/null || :; exec "$@"';

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** `false` when the kernel has no such file, or the group is gone. */
async function tryWrite(file: string, text: string): Promise<boolean> {
  try {
    // No "create": a missing file of a control group is a feature that the kernel lacks.
    await writeFile(file, text, { flag: 'r+' });
    return true;
  } catch {
    return false;
  }
}

async function groupsBelow(group: string): Promise<string[]> {
  try {
    const entries = await readdir(group, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(group, name));
  } catch {
    // It was removed meanwhile: nothing is in it.
    return [];
  }
}

async function processesIn(group: string): Promise<number[]> {
  const text = await readFile(path.join(group, 'cgroup.procs'), 'utf8').catch(() => '');
  const pids = text.split('\n').filter(Boolean).map(Number);
  for (const below of await groupsBelow(group)) pids.push(...(await processesIn(below)));
  return pids;
}

async function removeBelow(group: string): Promise<boolean> {
  for (const below of await groupsBelow(group)) if (!(await removeBelow(below))) return false;
  try {
    await rmdir(group);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
