/**
 * What every reactor is: work that is found in the tables, done after each wake-up, one run at a time. However many
 * wake-ups come in one turn of the event loop, they are one run; one that comes during a run leads to another.
 */
import type { Clock } from '../../../shared/clock.ts';

/** Before work that was refused (a full disk) is tried again. */
const AGAIN_MS = 5_000;

export interface Reactor {
  wake(): void;
  /** No run starts any more, and one under way must ask `closed` after each await. */
  close(): void;
}

/** @param work answers false when something was refused that must be tried again after a pause */
export function startReactor(
  clock: Clock,
  work: (closed: () => boolean) => Promise<boolean>,
): Reactor {
  let closed = false;
  let running = false;
  let woken = false;
  let cancelPause: (() => void) | undefined;
  const isClosed = (): boolean => closed;

  async function run(): Promise<void> {
    running = true;
    while (woken && !closed) {
      woken = false;
      if (await work(isClosed)) continue;
      cancelPause?.();
      cancelPause = closed ? undefined : clock.after(AGAIN_MS, wake);
    }
    running = false;
  }

  function wake(): void {
    if (closed || woken) return;
    woken = true;
    // An exception here is a bug, or a damaged file: nobody catches it, the process ends and says why.
    if (!running) queueMicrotask(() => void run());
  }

  return {
    wake,
    close() {
      closed = true;
      cancelPause?.();
    },
  };
}
