/** One agent per folder: a file with the process that holds it. Left by a crash, it is taken over. */
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

export interface Lock {
  release(): Promise<void>;
}

const NAME = 'agent.lock';

/** The folder is in use; the message says by which process. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/** @throws LockedError */
export async function takeLock(dir: string): Promise<Lock> {
  const file = path.join(dir, NAME);
  for (let tries = 0; tries < 2; tries++) {
    if (await create(file)) return { release: () => rm(file, { force: true }) };
    const holder = await readHolder(file);
    if (holder !== null) {
      throw new LockedError(
        `another agent (process ${holder}) already works in ${dir}; stop it, or give this one a folder of its own`,
      );
    }
    await rm(file, { force: true });
  }
  throw new LockedError(`another agent just took ${dir}`);
}

/** The living process that holds the folder, or `null`. */
export async function holderOf(dir: string): Promise<number | null> {
  return await readHolder(path.join(dir, NAME));
}

async function create(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${process.pid} ${await startOf(process.pid)}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<number | null> {
  const [pid, start] = (await readFile(file, 'utf8').catch(() => '')).trim().split(' ');
  const holder = Number(pid);
  if (!Number.isInteger(holder) || holder <= 0 || holder === process.pid) return null;
  try {
    process.kill(holder, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null;
  }
  // After a restart of the machine, another program may have the number.
  return start === (await startOf(holder)) ? holder : null;
}

/** When a process started, in ticks since boot; the same answer for all where there is no /proc. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}
