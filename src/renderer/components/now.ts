/** One clock that ticks for all relative times, while anything shows one. Made in `main.tsx`. */
import { useSyncExternalStore } from 'react';
import { useApp } from '../context.ts';

/** The time in epoch ms, as of the last tick. */
export function useNow(): number {
  const { ticker } = useApp();
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}
