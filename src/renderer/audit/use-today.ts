/** The day it is, for lists that stay open past midnight. */
import { useSyncExternalStore } from 'react';
import { useApp } from '../context.ts';

/** The beginning of the present day (epoch ms): another number only after midnight. */
export function useToday(): number {
  const { ticker } = useApp();
  return useSyncExternalStore(ticker.subscribe, () => new Date(ticker.now()).setHours(0, 0, 0, 0));
}
