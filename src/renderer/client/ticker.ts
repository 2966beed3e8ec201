/** A clock that ticks for whoever shows a time that passes, and stands still when nobody does. */

export interface Ticker {
  /** The answer ends the calls. */
  subscribe(listener: () => void): () => void;
  /** Epoch ms, as of the last tick. */
  now(): number;
}

export function createTicker(everyMs: number): Ticker {
  const listeners = new Set<() => void>();
  let at = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = (): void => {
    at = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (timer === undefined) {
        at = Date.now();
        timer = setInterval(tick, everyMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    now: () => at,
  };
}
