/**
 * A disk of limited size that can be full, and that forgets what was not written through when the power goes: an ext4 file system in
 * an image file. Losing power is mounting a copy of the image, which has what reached the "platters" and nothing of the cache.
 */
import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { until } from './time.ts';

export interface Disk {
  /** Leaves no room. */
  fill(): void;
  free(): void;
  /** What was not synced is gone. No process may use the disk. `null` where there are no loop devices: it is in memory then. */
  readonly losePower: (() => Promise<void>) | null;
}

const run = promisify(execFile);
const BALLAST = 'ballast';
const IMAGES_MB = 8_192;
/** Nothing is written back by itself within a minute but what the kernel finds old. */
const OPTIONS = 'loop,noatime,commit=60';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** From now on a machine that lost its power can be told, as one can that was started again. */
export function mountBootId(folder: string): void {
  const file = bootFile(folder);
  writeFileSync(file, `${randomUUID()}\n`);
  execFileSync('mount', ['--bind', file, BOOT_ID]);
}

function bootFile(folder: string): string {
  return path.join(folder, 'boot-id');
}

/** Makes room for images in memory: a sync costs little then, and a copy less. */
export function mountImages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  mountMemory(folder, IMAGES_MB);
}

export function mountDisk(dir: string, images: string, mb: number): Disk {
  const name = path.basename(dir);
  let turn = 0;
  const image = (): string => path.join(images, `${name}.${turn}`);
  const isImage = mountImage(image(), dir, mb);
  if (!isImage) mountMemory(dir, mb);
  async function losePower(): Promise<void> {
    const before = image();
    turn += 1;
    await run('cp', ['--sparse=always', before, image()]);
    await unmount(dir);
    rmSync(before);
    await run('mount', ['-o', OPTIONS, image(), dir]);
    rmSync(path.join(dir, BALLAST), { force: true });
    // All hosts are on one machine here; the others only trust less of what they find than they could.
    writeFileSync(bootFile(images), `${randomUUID()}\n`);
  }

  return {
    fill() {
      // Between two mounts of a power failure the folder lies on the machine's own disk, which is nobody's to fill.
      if (statSync(dir).dev === statSync(path.dirname(dir)).dev) return;
      const { bavail, bsize } = statfsSync(dir);
      const size = String(bavail * bsize);
      try {
        // At most what is free; somebody may write meanwhile, and what is there then is full enough.
        execFileSync('fallocate', ['-l', size, path.join(dir, BALLAST)], { stdio: 'ignore' });
      } catch {
        execFileSync('sh', ['-c', `cat /dev/zero >"$1/${BALLAST}" || true`, 'sh', dir], {
          stdio: 'ignore',
        });
      }
    },
    free: () => rmSync(path.join(dir, BALLAST), { force: true }),
    losePower: isImage ? losePower : null,
  };
}

/** @returns false when there are no loop devices for us */
function mountImage(image: string, dir: string, mb: number): boolean {
  writeFileSync(image, '');
  truncateSync(image, mb * 2 ** 20);
  try {
    execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', '-J', 'size=8', image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', OPTIONS, image, dir], { stdio: 'ignore' });
  } catch {
    return false;
  }
  rmSync(path.join(dir, 'lost+found'), { recursive: true });
  return true;
}

function mountMemory(dir: string, mb: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m,mode=700`, 'koubou-faults', dir]);
}

/** What was killed a moment ago may hold it for a moment more. */
async function unmount(dir: string): Promise<void> {
  let last: unknown;
  const isDone = await until(async () => {
    try {
      await run('umount', [dir]);
      return true;
    } catch (error) {
      last = error;
      return false;
    }
  }, 10_000);
  if (!isDone) throw new Error(`${dir} is still in use`, { cause: last });
}
