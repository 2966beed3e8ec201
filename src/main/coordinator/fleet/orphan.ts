/**
 * A local agent that outlived an earlier coordinator: found by the lock file in its folder (`src/agent/lock.ts`: process
 * number, and its start in ticks since boot). It goes on with what it holds when we are where that coordinator was.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';

const LOOK_EVERY_MS = 100;

/** The process that works in an agent's folder; `null` when none does. */
export function holderOf(dir: string): number | null {
  const [number, start] = readText(path.join(dir, 'agent.lock')).trim().split(' ');
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  // After a restart of the machine, another program may have the number.
  return start === startOf(pid) ? pid : null;
}

/** Asks the process to end; after `mostMs` it is killed. Resolves when it is gone. */
export async function endHolder(
  dir: string,
  clock: Clock,
  asked: { readonly signal: NodeJS.Signals; readonly mostMs: number },
): Promise<void> {
  const pid = holderOf(dir);
  if (pid === null) return;
  signal(pid, asked.signal);
  const deadline = clock.monotonic() + asked.mostMs;
  while (holderOf(dir) === pid) {
    if (clock.monotonic() >= deadline) signal(pid, 'SIGKILL');
    await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile, which is what we want.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** As the agent writes it: the same answer for all processes where there is no /proc. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Missing: there is no lock, no such process, or no /proc.
    return '';
  }
}
