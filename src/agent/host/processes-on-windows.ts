/**
 * What runs from a home on Windows, as PowerShell lists it, and its end: a task that is ended takes only the keeper with it, and no
 * program can be removed while it runs. Never tried on Windows.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProcessKey } from '../processes.ts';
import type { Home } from './home.ts';

/** A process of a home. */
export interface HomeProcess extends ProcessKey {
  readonly command: string;
}

const LIST =
  'Get-Process -Name koubou -ErrorAction SilentlyContinue | ForEach-Object { [string]$_.Id + [char]9 + $_.Path }';

/** Executables of the home that run, without ourselves. None where there is no PowerShell. */
export async function processesOnWindows(home: Home): Promise<HomeProcess[]> {
  try {
    const args = ['-NoProfile', '-NonInteractive', '-Command', LIST];
    const { stdout } = await promisify(execFile)('powershell', args, { windowsHide: true });
    return readList(stdout, home.dir).filter(({ pid }) => pid !== process.pid);
  } catch {
    // What cannot be listed shows when its program cannot be removed.
    return [];
  }
}

/** At once, with all that they started: there is no asking. */
export async function endOnWindows(processes: readonly HomeProcess[]): Promise<void> {
  for (const { pid } of processes) {
    try {
      await promisify(execFile)('taskkill', ['/PID', String(pid), '/T', '/F']);
    } catch {
      // It ended meanwhile; else the next look has it again.
    }
  }
}

/** Lines of a process number, a tab and the path of its program. Names differ in case there and mean the same. Pure. */
export function readList(text: string, dir: string): HomeProcess[] {
  const below = `${dir}\\`.toLowerCase();
  return text.split(/\r?\n/).flatMap((line) => {
    const [, pid, command] = /^(\d+)\t(.+)$/.exec(line) ?? [];
    if (command === undefined || !command.toLowerCase().startsWith(below)) return [];
    return [{ pid: Number(pid), started: 0, command }];
  });
}
