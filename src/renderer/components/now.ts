/** One clock that ticks for all relative times, while anything shows one. Made in `main.tsx`. */
import { useSyncExternalStore } from 'react';
import { useApp } from '../context.ts';

/** The time in epoch ms, as of the last tick. */
export function useNow(): number {
  const { ticker } = useApp();
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}

/** What is made of the time: draws its component anew only when that changes, and not with every tick. */
export function useNowAs<T extends string | number | boolean | null>(make: (now: number) => T): T {
  const { ticker } = useApp();
  return useSyncExternalStore(ticker.subscribe, () => make(ticker.now()));
}
