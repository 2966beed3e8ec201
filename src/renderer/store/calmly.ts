/**
 * Tells of a store's changes no more often than every so many ms: the first at once, the last for sure. While somebody scrolls or
 * types it waits a while, so that the list stays where it is under the hand.
 */
import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../../shared/clock.ts';
import type { Hand } from '../client/hand.ts';

/** A store for readers that are content with that. Its state changes only when it tells. */
export type Calm<T> = Pick<StoreApi<T>, 'getState'> & {
  subscribe(listener: () => void): () => void;
};

/** Somebody who scrolls on and on sees what is new all the same. */
const MOST_HELD_MS = 5_000;

export function calmly<T>(
  store: Pick<StoreApi<T>, 'getState' | 'subscribe'>,
  everyMs: number,
  clock: Clock,
  hand: Hand,
): Calm<T> {
  let shown = store.getState();
  return {
    getState: () => shown,
    subscribe(listener) {
      let cancel: (() => void) | null = null;
      let told = -Infinity;
      let heldSince: number | null = null;
      const tellOrWait = (): void => {
        const now = clock.monotonic();
        heldSince ??= now;
        const rest = now - heldSince < MOST_HELD_MS ? hand.restsIn() : 0;
        const wait = Math.max(told + everyMs - now, rest);
        if (wait > 0) {
          cancel = clock.after(wait, tellOrWait);
          return;
        }
        cancel = null;
        heldSince = null;
        told = now;
        shown = store.getState();
        listener();
      };
      // What changed before anybody listened is no news to wait with.
      shown = store.getState();
      const stop = store.subscribe(() => {
        if (!cancel) tellOrWait();
      });
      return () => {
        cancel?.();
        stop();
      };
    },
  };
}
