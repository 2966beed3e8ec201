/** The processes of a run, as /proc shows them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly command: string;
  readonly environment: string;
  readonly cwd: string;
  /** `Z`: it ended, and waits for its parent to hear of it. */
  readonly state: string;
}

/** Every process whose command line, environment or working directory names `folder`, but for ourselves. */
export function processesOf(folder: string): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const found = look(name);
      const mine = found && `${found.command}\n${found.environment}\n${found.cwd}`.includes(folder);
      return mine ? [found] : [];
    });
}

function look(pid: string): Process | undefined {
  try {
    const [command, environment] = ['cmdline', 'environ'].map((file) =>
      readFileSync(`/proc/${pid}/${file}`, 'latin1').replaceAll('\0', ' ').trim(),
    );
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return { pid: Number(pid), command: command ?? '', environment: environment ?? '', cwd, state };
  } catch {
    // It ended while we looked at it.
    return undefined;
  }
}

/** Sends a signal; false when there is no such process any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
