/** Tells of a store's changes no more often than every so many ms: the first at once, the last for sure. */
import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../../shared/clock.ts';

/** A `subscribe` for readers that are content with that. */
export function calmly(
  store: Pick<StoreApi<unknown>, 'subscribe'>,
  everyMs: number,
  clock: Clock,
): (listener: () => void) => () => void {
  return (listener) => {
    let cancel: (() => void) | null = null;
    let told = -Infinity;
    const tell = (): void => {
      cancel = null;
      told = clock.monotonic();
      listener();
    };
    const stop = store.subscribe(() => {
      if (cancel) return;
      const wait = told + everyMs - clock.monotonic();
      if (wait <= 0) tell();
      else cancel = clock.after(wait, tell);
    });
    return () => {
      cancel?.();
      stop();
    };
  };
}
