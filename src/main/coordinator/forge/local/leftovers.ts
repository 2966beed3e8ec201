/**
 * What git leaves in a mirror when it is killed (SIGKILL, a power failure): locks, which would refuse every later fetch and
 * push, and objects that were not taken over. And gits that outlived the coordinator that started them.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const INCOMING = /^tmp_objdir-incoming-/;
const LOOK_MS = 5;
const LOOKS = 400;

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
 * At the start, before anything is served: ends every git in a mirror under `dir` that an earlier coordinator was killed over,
 * and removes the locks that such ones left, which would refuse every later fetch and push. Pushes would be carried out
 * when their attempt may have lost its task. Where there is no /proc, git ends by itself, as the end of its input is the
 * end of that coordinator.
 */
export function endStrays(dir: string): void {
  const strays = readdir('/proc', false).filter((pid) => /^\d+$/.test(pid) && isOurs(pid, dir));
  for (const pid of strays) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  for (const pid of strays) waitForEnd(pid, dir);
  for (const name of readdir(dir, false)) {
    if (!name.endsWith('.git')) continue;
    const mirror = path.join(dir, name);
    for (const lock of readdir(mirror, true).filter((file) => file.endsWith('.lock')))
      rmSync(path.join(mirror, lock), { force: true });
    removeIncoming(mirror);
  }
}

/** What was killed writes until it is gone, also into what is about to be removed. Gives up on one that hangs in a dead disk. */
function waitForEnd(pid: string, dir: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < LOOKS && isOurs(pid, dir); i++) Atomics.wait(clock, 0, 0, LOOK_MS);
}

function isOurs(pid: string, dir: string): boolean {
  try {
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (!/(^|\/)git(-[a-z-]+)?$/.test(program)) return false;
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    const places = [...args, ...environment.map((one) => one.replace(/^GIT_DIR=/, ''))];
    return places.some((place) => place.startsWith(`${dir}/`));
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
