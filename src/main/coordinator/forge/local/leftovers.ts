/**
 * What a push leaves in a mirror when its git is killed (SIGKILL, a power failure): locks of branches, which would refuse every
 * later push, and objects that were not taken over. And pushes that outlived the coordinator that served them.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/** Where attempts push. */
const PUSHED = 'refs/heads/koubou';
const INCOMING = /^tmp_objdir-incoming-/;

/** Removes the locks of branches that nobody pushes to. */
export function removeLocks(mirror: string, branches: readonly string[]): void {
  for (const branch of branches)
    rmSync(path.join(mirror, 'refs/heads', `${branch}.lock`), { force: true });
}

/** Removes objects that were not taken over; only while nobody pushes there. */
export function removeIncoming(mirror: string): void {
  const objects = path.join(mirror, 'objects');
  for (const entry of readdir(objects, false)) {
    if (INCOMING.test(entry)) rmSync(path.join(objects, entry), { recursive: true, force: true });
  }
}

/**
 * At the start, before anything is served: ends pushes into mirrors under `dir` that an earlier coordinator was killed over.
 * They would be carried out when their attempt may have lost its task. Where there is no /proc, git ends by itself, as
 * the end of its input is the end of that coordinator.
 */
export function endStrayPushes(dir: string): void {
  const strays = readdir('/proc', false).filter((pid) => /^\d+$/.test(pid) && isPush(pid, dir));
  for (const pid of strays) {
    try {
      // It leads a group with its helpers.
      process.kill(-Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  for (const name of readdir(dir, false)) {
    if (!name.endsWith('.git')) continue;
    const mirror = path.join(dir, name);
    const locks = readdir(path.join(mirror, PUSHED), true).filter((file) => file.endsWith('.lock'));
    for (const lock of locks) rmSync(path.join(mirror, PUSHED, lock), { force: true });
    removeIncoming(mirror);
  }
}

function isPush(pid: string, dir: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    return args.includes('receive-pack') && (args.at(-1)?.startsWith(`${dir}/`) ?? false);
  } catch {
    // Gone, or not ours to look at.
    return false;
  }
}

function readdir(folder: string, recursive: boolean): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch {
    // No such folder: nothing was pushed, or there is no /proc.
    return [];
  }
}
