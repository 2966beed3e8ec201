/** The real host behind the services (`services/service.ts`): runs commands, writes files, notes what is made. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../clock.ts';
import type { Environment } from '../config.ts';
import { exists } from '../exists.ts';
import { keeperLock } from '../keeper/lock.ts';
import { holderOf } from '../lock.ts';
import { realDisk } from './durable.ts';
import type { Home } from './home.ts';
import type { Machine, Made, Ran, RunOptions } from './services/service.ts';

const COMMAND_MS = 60_000;
const LOOK_EVERY_MS = 100;
/** A command that is not there; as a shell says it. */
const MISSING = 127;

export interface MachineDeps {
  readonly home: Home;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly record: (made: Made) => Promise<void>;
}

export interface RealMachine extends Machine {
  /** A file or link was written that was not there, or not the same. */
  readonly changed: boolean;
}

export function realMachine(deps: MachineDeps): RealMachine {
  const { home, environment, clock, record } = deps;
  let changed = false;
  return {
    get changed() {
      return changed;
    },
    run: async (command, args, options = {}) => await run(command, args, options, environment),
    async write(file, text, mode) {
      const before = await readFile(file, 'utf8').catch(() => null);
      if (before === text) return;
      changed = true;
      await mkdir(path.dirname(file), { recursive: true, mode: 0o755 });
      await realDisk.write(file, text, mode);
    },
    async link(target, place) {
      if ((await readlink(place).catch(() => null)) === target) return;
      changed = true;
      await realDisk.link(target, place);
    },
    remove: realDisk.remove,
    exists,
    launch(command, args, { name, uid, gid, home: own }) {
      const isOther = process.getuid?.() === 0 && uid !== 0;
      const child = spawn(command, args, {
        cwd: home.dir,
        detached: true,
        stdio: 'ignore',
        env: { ...launchEnvironment(environment), HOME: own, USER: name, LOGNAME: name },
        ...(isOther && { uid, gid }),
      });
      // That it does not run is seen by whoever waits for it.
      child.on('error', () => {});
      child.unref();
    },
    record,
    async until(look, mostMs) {
      const end = clock.monotonic() + mostMs;
      for (;;) {
        if (await look()) return true;
        if (clock.monotonic() >= end) return false;
        await pause(clock, LOOK_EVERY_MS);
      }
    },
    keeper: async () => await holderOf(keeperLock(home)),
    signal(pid, name) {
      try {
        process.kill(pid, name);
      } catch {
        // It ended meanwhile.
      }
    },
  };
}

async function run(
  command: string,
  args: readonly string[],
  { input, env }: RunOptions,
  environment: Environment,
): Promise<Ran> {
  return await new Promise((resolve) => {
    const options = {
      env: { ...environment, LC_ALL: 'C', ...env },
      timeout: COMMAND_MS,
      maxBuffer: 1024 * 1024,
      killSignal: 'SIGKILL' as const,
    };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const out = `${stdout}${stderr}`;
      if (error === null) return resolve({ code: 0, out });
      if (typeof error.code === 'number') return resolve({ code: error.code, out });
      resolve({ code: MISSING, out: out === '' ? error.message : out });
    });
    // A command that ends without reading its input says by its code what was wrong.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

/** Of a login over SSH, what a service has as well. */
function launchEnvironment({ PATH, LANG, TZ }: Environment): Record<string, string> {
  const kept = { PATH, LANG, TZ };
  const set = Object.entries(kept).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(set);
}
