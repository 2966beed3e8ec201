/** One PC of the laboratory: a folder, a disk that can be full, a clock that can jump, a network of its own where possible. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { mountDisk, type Disk } from './disk.ts';

export interface Host {
  readonly name: string;
  readonly dir: string;
  /** How a program is started on it. */
  argv(program: readonly string[]): string[];
  readonly env: NodeJS.ProcessEnv;
  /** `null`: it works on the machine's own disk. */
  readonly disk: Disk | null;
  /** `null`: it has no clock of its own. Seconds from the true time. */
  readonly clock: { set(seconds: number): void } | null;
}

export interface HostOptions {
  readonly name: string;
  readonly dir: string;
  /** A disk of its own of so many megabytes, in a folder for images; `null` where we may not mount. */
  readonly disk: { readonly mb: number; readonly images: string } | null;
  /** The network namespace; `null`: the one we are in. */
  readonly network: string | null;
  readonly env: NodeJS.ProcessEnv;
}

export function makeHost({ name, dir, disk, network, env }: HostOptions): Host {
  mkdirSync(dir, { recursive: true });
  const clock = fakeClock(`${dir}.clock`);
  return {
    name,
    dir,
    argv: (program) =>
      network === null ? [...program] : ['nsenter', `--net=/run/netns/${network}`, ...program],
    env: { ...env, ...clock?.env },
    disk: disk && mountDisk(dir, disk.images, disk.mb),
    clock,
  };
}

const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib64/faketime/libfaketime.so.1',
];

/** A wall clock that is read from a file at each call; durations stay true. */
function fakeClock(file: string): (NonNullable<Host['clock']> & { env: NodeJS.ProcessEnv }) | null {
  const library = LIBRARIES.find((one) => existsSync(one));
  if (library === undefined) return null;
  const set = (seconds: number): void => {
    writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${file}.new`, file);
  };
  set(0);
  return {
    set,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
      // Times of files stay as they are, and nothing is left in /dev/shm by a process that is killed.
      NO_FAKE_STAT: '1',
      FAKETIME_DISABLE_SHM: '1',
    },
  };
}
