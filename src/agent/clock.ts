/** The real clocks of an agent's processes; everything else takes them as values so that tests need not wait. */
import { uptime } from 'node:os';
import type { Clock } from '../shared/clock.ts';

/** A clock of which one reading means the same in every process of this machine. */
export interface MachineClock extends Clock {
  /**
   * Milliseconds since the machine started. Setting the wall clock does not change it, and it goes on while the machine
   * sleeps: that is what leases are counted in.
   */
  sinceBoot(): number;
}

export const systemClock: MachineClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  // Linux's own monotonic clock stands still in sleep; its uptime, like the counters of macOS and Windows, does not.
  sinceBoot: () =>
    process.platform === 'linux' ? uptime() * 1_000 : Number(process.hrtime.bigint()) / 1e6,
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Keeps the process alive while nothing else does (between two connections, say); the answer ends it. */
export function keepAlive(): () => void {
  const timer = setInterval(() => {}, 2 ** 30);
  return () => clearInterval(timer);
}

/** Resolves after `ms`, or at once when `signal` is aborted. */
export async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  const cancel = clock.after(ms, resolve);
  signal?.addEventListener('abort', onAbort, { once: true });
  await promise;
  cancel();
  signal?.removeEventListener('abort', onAbort);
}
