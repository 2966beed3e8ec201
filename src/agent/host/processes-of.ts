/**
 * What runs from a home: its executables, and what was started by them. Linux and Windows; elsewhere the service's word counts.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../clock.ts';
import { listProcesses, ownLine, readProcFile, signalProcess } from '../processes.ts';
import type { Home } from './home.ts';
import { endOnWindows, processesOnWindows, type HomeProcess } from './processes-on-windows.ts';

/** Living processes of the home, without ourselves and those we were started by. */
export async function processesOf(home: Home): Promise<HomeProcess[]> {
  if (process.platform === 'win32') return await processesOnWindows(home);
  const all = await listProcesses();
  const line = ownLine(all);
  const mark = `KOUBOU_DIR=${Buffer.from(home.state).toString('latin1')}`;
  return all.flatMap(({ pid, started, environment }) => {
    if (line.has(pid)) return [];
    const isMarked = environment.split('\0').includes(mark);
    if (!isMarked && !runsFrom(pid, home)) return [];
    const command = readProcFile(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    return [{ pid, started, command: command.slice(0, 300) }];
  });
}

const TERM_MS = 3_000;
const KILL_MS = 5_000;
const LOOK_EVERY_MS = 50;

/** Asks them to end, then ends them. */
export async function endOurs(home: Home, clock: Clock): Promise<void> {
  const start = clock.monotonic();
  for (;;) {
    const found = await processesOf(home);
    const since = clock.monotonic() - start;
    if (found.length === 0 || since >= TERM_MS + KILL_MS) return;
    if (process.platform === 'win32') await endOnWindows(found);
    else for (const one of found) signalProcess(one, since < TERM_MS ? 'SIGTERM' : 'SIGKILL');
    await pause(clock, LOOK_EVERY_MS);
  }
}

function runsFrom(pid: number, { dir }: Home): boolean {
  try {
    if (isBelow(readlinkSync(`/proc/${pid}/exe`), dir)) return true;
    // A script, in place of an executable, is run by another program.
    const [, script = ''] = readProcFile(`/proc/${pid}/cmdline`).split('\0');
    return isBelow(script, dir) && readdirSync(`/proc/${pid}/fd`).length > 0;
  } catch {
    // It ended, or belongs to somebody else.
    return false;
  }
}

function isBelow(file: string, dir: string): boolean {
  return file.startsWith(`${dir}/`);
}
