/** Finds a coordinator that already serves the data folder, so that a window joins it instead of fighting it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SERVE_FILE, ServeInfo, TOKEN_FILE } from '../../shared/data-dir.ts';

const ANSWER_MS = 2_000;

export interface RunningCoordinator {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

/** The coordinator that answers for `dataDir`; `null` when there is none. */
export async function findRunning(dataDir: string): Promise<RunningCoordinator | null> {
  const file = path.join(dataDir, SERVE_FILE);
  // Asked so that a start without one goes on at once: Electron waits for no file before it is ready.
  if (!existsSync(file)) return null;
  try {
    const info = ServeInfo.parse(JSON.parse(await readFile(file, 'utf8')));
    const token = (await readFile(path.join(dataDir, TOKEN_FILE), 'utf8')).trim();
    const isThere = await answers(info.url, AbortSignal.timeout(ANSWER_MS));
    return isThere ? { url: info.url, token, pid: info.pid } : null;
  } catch {
    // No file, or one that is cut short: there is none.
    return null;
  }
}

/** True when the coordinator at `url` says that it is well before `signal` gives up. */
export async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch(new URL('/health', url), { signal })).ok;
  } catch {
    // Refused, broken off or given up: it does not answer.
    return false;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
