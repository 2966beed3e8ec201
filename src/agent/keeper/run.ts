/** `koubou agent keep --home HOME`: the main process of the service; see `keeper.ts`. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { keepAlive, systemClock } from '../clock.ts';
import { readEnvironment } from '../config.ts';
import { messageOf } from '../failure.ts';
import { realDisk } from '../host/durable.ts';
import { homeAt } from '../host/home.ts';
import { LockedError, takeLock } from '../lock.ts';
import { openLog } from '../log.ts';
import { startChild } from './child.ts';
import { keepAgent } from './keeper.ts';
import { keeperLock } from './lock.ts';
import { endAgentOf } from './predecessor.ts';
import { openRotatingLog } from './rotating-log.ts';
import { createSwitch } from './switch.ts';

/**
 * Runs until SIGTERM or SIGINT: the agent leaves then, and its attempts run on.
 * @returns the exit code: 0 stopped as told, or another keeper is at work here; 1 it cannot go on
 */
export async function runKeeper(dir: string): Promise<number> {
  const home = homeAt(path.resolve(dir));
  const log = openLog('keeper');
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  // The session that started us may end; the service does not.
  process.on('SIGHUP', () => {});
  // Whoever takes our output may be started anew; what the agent says is in the home's log as well.
  process.stdout.on('error', () => {});
  const release = keepAlive();
  try {
    const folder = keeperLock(home);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const lock = await takeLock(folder);
    try {
      await endAgentOf(home, systemClock);
      const keep = openRotatingLog(path.join(home.log, 'agent.log'));
      const write = (chunk: Uint8Array): void => {
        process.stdout.write(chunk);
        keep(chunk);
      };
      const environment = readEnvironment();
      return await keepAgent({
        builds: createSwitch(home, realDisk, (message) => log.warn(message)),
        start: (build) => startChild(build, { home, environment, clock: systemClock, write }),
        clock: systemClock,
        log,
        stop: stop.signal,
      });
    } finally {
      await lock.release();
    }
  } catch (error) {
    // Started again and again by cron, it is no mistake that one is there.
    if (error instanceof LockedError) return 0;
    log.fatal(`the keeper cannot go on: ${messageOf(error)}`);
    return 1;
  } finally {
    release();
  }
}
