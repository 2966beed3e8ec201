/**
 * Tells listeners of changes, not more often than they can show: five times a second for each provisioning. What a person waits
 * for is told at once.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Provisioning } from '../../../shared/provisioning.ts';

const SPACING_MS = 200;

/** `urgent`: somebody waits for it, as for a question or the end. */
export type Changed = (how?: 'urgent') => void;

export interface Notices {
  listen(listener: (provisioning: Provisioning) => void): () => void;
  /** Gives what to call after each change of one provisioning; what comes too soon is told a little later, the newest of it. */
  channel(snapshot: () => Provisioning): Changed;
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
      let due: (() => void) | null = null;
      const tell = (): void => {
        if (due) cancels.delete(due);
        due?.();
        due = null;
        toldAt = clock.monotonic();
        const provisioning = snapshot();
        for (const listener of [...listeners]) listener(provisioning);
      };
      return (how) => {
        const wait = how === 'urgent' ? 0 : toldAt + SPACING_MS - clock.monotonic();
        if (wait <= 0) return tell();
        if (due) return;
        due = clock.after(wait, tell);
        cancels.add(due);
      };
    },
    close() {
      for (const cancel of cancels) cancel();
      cancels.clear();
      listeners.clear();
    },
  };
}
