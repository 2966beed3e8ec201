/** Who may go on: at most so many at once in all, and one for each address. First come, first served. */

export interface PlacesInLine {
  /**
   * Resolves when it is our turn, with what gives the place back.
   * @throws the reason of the signal when that ends the wait
   */
  take(key: string, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly key: string;
  readonly start: () => void;
}

/** @param most how many at once; with the same key always one */
export function createPlacesInLine(most: number): PlacesInLine {
  const busy = new Set<string>();
  const waiting: Waiting[] = [];
  const next = (): void => {
    for (const one of [...waiting]) {
      if (busy.size >= most) return;
      if (busy.has(one.key)) continue;
      waiting.splice(waiting.indexOf(one), 1);
      busy.add(one.key);
      one.start();
    }
  };
  return {
    async take(key, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one = { key, start: resolve };
      const onAbort = (): void => {
        const at = waiting.indexOf(one);
        // Whoever has started gives the place back in the usual way.
        if (at === -1) return;
        waiting.splice(at, 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(one);
      next();
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        busy.delete(key);
        next();
      };
    },
  };
}
