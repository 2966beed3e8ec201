/** The real clock of an agent process; everything else takes a `Clock` so that tests need not wait. */
import type { Clock } from '../shared/clock.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
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
