/**
 * Processes of an attempt that cut every tie (session, parent, environment), found by where they stand: their working
 * directory or an open file is in the task's folder, or they still hold its terminal. Linux only; reads /proc.
 *
 * People stand in that folder too: with a shell, an editor, a file manager. So one counts only when all of this holds:
 * - it is our own user's, and started after the attempt did;
 * - its parent is gone: it hangs below init or whoever of our ancestors collects orphans. What an attempt starts ends up
 *   nowhere else; what a person's shell or editor runs has that shell or editor as its parent;
 * - it has no controlling terminal, and none of its descendants has one: it is no shell, no tmux and no sshd;
 * - the kernel's own labels, which are inherited and which no daemon can shed (control group, audit session), are ours:
 *   on a PC with systemd every other login and every other app has different ones;
 * - its environment names no desktop and no remote login, as that of an editor with a window does.
 * Where one of these is not known we let it live: a process left behind is a nuisance, a person's killed editor is a loss.
 */
import { readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { ownLine, readProcFile, type ProcessInfo } from './processes.ts';

export interface Place {
  /** Absolute path of the task's folder; left out, only terminals are looked at. */
  readonly tree?: string | undefined;
  /** Start time (`ProcessKey.started`) of the attempt. */
  readonly since: number;
  readonly terminals: ReadonlySet<string>;
}

/** @param mine pids that are known to belong already */
export function findStrays(
  all: readonly ProcessInfo[],
  mine: ReadonlySet<number>,
  { tree, since, terminals }: Place,
): ProcessInfo[] {
  if (process.platform !== 'linux' || (tree === undefined && terminals.size === 0)) return [];
  const line = ownLine(all);
  line.delete(process.pid);
  const withTerminal = all.filter(({ pid, terminal }) => terminal !== '' && !mine.has(pid));
  const persons = ancestorsOf(withTerminal, all);
  // A shell that we were started from has children that are no orphans; collectors of orphans have no terminal.
  const collectors = new Set(
    all.filter(({ pid, terminal }) => line.has(pid) && terminal === '').map(({ pid }) => pid),
  );
  collectors.add(1);
  const candidates = all.filter(
    ({ pid, parent, terminal, started }) =>
      !mine.has(pid) &&
      !line.has(pid) &&
      pid !== process.pid &&
      started >= since &&
      terminal === '' &&
      !persons.has(pid) &&
      collectors.has(parent),
  );
  if (candidates.length === 0) return [];
  const roots = tree === undefined ? [] : spellings(tree);
  const label = labelOf('self');
  return candidates.filter(
    (info) =>
      isOwn(info.pid) &&
      !PERSONAL.test(`\0${info.environment}`) &&
      labelOf(info.pid) === label &&
      openPaths(info.pid).some((path) => terminals.has(path) || isBelow(path, roots)),
  );
}

const PERSONAL =
  /\0(DISPLAY|WAYLAND_DISPLAY|SSH_CONNECTION|SSH_CLIENT|SSH_TTY|XDG_SESSION_ID|WINDOWID|TERM_PROGRAM)=/;

function ancestorsOf(some: readonly ProcessInfo[], all: readonly ProcessInfo[]): Set<number> {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const found = new Set<number>();
  for (const { pid } of some)
    for (let at = pid; at > 1 && !found.has(at); at = parents.get(at) ?? 0) found.add(at);
  return found;
}

/** The folder as given and as the kernel calls it. */
function spellings(tree: string): string[] {
  try {
    return [...new Set([tree, realpathSync(tree)])];
  } catch {
    // It is removed already; those that stood in it still name it.
    return [tree];
  }
}

/** The control group and the audit session. */
function labelOf(pid: number | 'self'): string {
  return `${readProcFile(`/proc/${pid}/cgroup`)}\0${readProcFile(`/proc/${pid}/sessionid`)}`;
}

function isOwn(pid: number): boolean {
  try {
    return statSync(`/proc/${pid}`).uid === process.geteuid?.();
  } catch {
    // It ended while we looked.
    return false;
  }
}

/** Its working directory and what it has open. */
function openPaths(pid: number): string[] {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).map((fd) => `/proc/${pid}/fd/${fd}`);
    return [`/proc/${pid}/cwd`, ...files].map((link) => readlinkSync(link));
  } catch {
    // It ended, or closed a file, while we looked; the next look sees it again.
    return [];
  }
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some(
    (root) => path === root || path === `${root} (deleted)` || path.startsWith(`${root}/`),
  );
}
