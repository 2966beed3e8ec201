/** The processes of this machine, as far as ending an attempt needs them: read from /proc, elsewhere from `ps`. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** `NAME=value` of its environment as it started, separated and ended by NUL; empty when not readable. */
  readonly environment: string;
}

/** Every living process (zombies are not); the environment is read on Linux only. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  return process.platform === 'linux' ? await fromProc() : await fromPs();
}

const AT_ONCE = 64;

async function fromProc(): Promise<ProcessInfo[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: ProcessInfo[] = [];
  for (let i = 0; i < pids.length; i += AT_ONCE) {
    const batch = await Promise.all(pids.slice(i, i + AT_ONCE).map(readProcess));
    found.push(...batch.filter((info) => info !== null));
  }
  return found;
}

async function readProcess(pid: string): Promise<ProcessInfo | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The command, in parentheses, may hold anything; the fields after it may not.
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return null;
    // Another user's environment is not readable; none of ours runs there.
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    return { pid: Number(pid), parent: Number(parent), group: Number(group), environment };
  } catch {
    // It ended while we looked.
    return null;
  }
}

async function fromPs(): Promise<ProcessInfo[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,state='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (!pid || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), environment: '' }];
  });
}
