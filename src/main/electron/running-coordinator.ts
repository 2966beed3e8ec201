/** Finds a coordinator that already serves the data folder, so that a window joins it instead of fighting it. */
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
  try {
    const info = ServeInfo.parse(
      JSON.parse(await readFile(path.join(dataDir, SERVE_FILE), 'utf8')),
    );
    const token = (await readFile(path.join(dataDir, TOKEN_FILE), 'utf8')).trim();
    const answer = await fetch(new URL('/health', info.url), {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return answer.ok ? { url: info.url, token, pid: info.pid } : null;
  } catch {
    // No file, or nobody behind it: there is none.
    return null;
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
