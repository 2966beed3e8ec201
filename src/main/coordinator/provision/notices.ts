/** Tells listeners of changes, not more often than they can show: five times a second for each provisioning. */
import type { Clock } from '../../../shared/clock.ts';
import type { Provisioning } from '../../../shared/provisioning.ts';

const SPACING_MS = 200;

export interface Notices {
  listen(listener: (provisioning: Provisioning) => void): () => void;
  /** Gives what to call after each change of one provisioning; what comes too soon is told a little later, the newest of it. */
  channel(snapshot: () => Provisioning): () => void;
  close(): void;
}

export function createNotices(clock: Clock): Notices {
  const listeners = new Set<(provisioning: Provisioning) => void>();
  const cancels = new Set<() => void>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    channel(snapshot) {
      let toldAt = Number.NEGATIVE_INFINITY;
      let isDue = false;
      const tell = (): void => {
        isDue = false;
        toldAt = clock.monotonic();
        const provisioning = snapshot();
        for (const listener of [...listeners]) listener(provisioning);
      };
      return () => {
        if (isDue) return;
        const wait = toldAt + SPACING_MS - clock.monotonic();
        if (wait <= 0) return tell();
        isDue = true;
        const cancel = clock.after(wait, () => {
          cancels.delete(cancel);
          tell();
        });
        cancels.add(cancel);
      };
    },
    close() {
      for (const cancel of cancels) cancel();
      cancels.clear();
      listeners.clear();
    },
  };
}
