/**
 * How long ago the coordinator was heard, seen from one attempt. When that is too long the attempt stands still, because
 * the coordinator may give its task to another; the numbers are in `shared/protocol/timing.ts`. Counted in time since the
 * machine started, so that neither a clock that is set nor a sleep of the machine makes a lease look younger.
 */
import { FRESH_LEASE_MS, PAUSED_AT_MOST_MS } from '../../shared/protocol/timing.ts';
import type { MachineClock } from '../clock.ts';

export interface Lease {
  /** The coordinator was heard at this time, and counts the attempt. */
  heard(at: number): void;
  /** Resolves when it was heard just now. @throws the signal's reason */
  fresh(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface LeaseOptions {
  /** When it was heard last, before now (ms since the machine started). */
  readonly at: number;
  /** Age at which the attempt stands still. */
  readonly pauseMs: number;
  readonly clock: MachineClock;
  /** Asks the agent to hear the coordinator now. */
  readonly want: () => void;
  /** The lease became too old; young again; so old that nobody will come back. */
  readonly onOld: () => void;
  readonly onYoung: () => void;
  readonly onGone: () => void;
}

/** Well below the 5 s between the two limits, so that a late tick does not matter. */
const LOOK_EVERY_MS = 250;

export function createLease(options: LeaseOptions): Lease {
  const { clock, pauseMs } = options;
  let { at } = options;
  let state: 'young' | 'old' | 'gone' = 'young';
  let cancel = clock.after(LOOK_EVERY_MS, look);
  let waiters: (() => void)[] = [];
  const age = (): number => clock.sinceBoot() - at;

  function look(): void {
    cancel = clock.after(LOOK_EVERY_MS, look);
    judge();
    // Asked again with each look: the agent may have been restarted since.
    if (waiters.length > 0) options.want();
  }

  function judge(): void {
    if (state === 'gone') return;
    if (age() >= PAUSED_AT_MOST_MS) {
      state = 'gone';
      return options.onGone();
    }
    const next = age() >= pauseMs ? 'old' : 'young';
    if (next === state) return;
    state = next;
    if (next === 'old') options.onOld();
    else options.onYoung();
  }

  return {
    heard(heardAt) {
      at = Math.max(at, heardAt);
      judge();
      if (age() > FRESH_LEASE_MS) return;
      const woken = waiters;
      waiters = [];
      for (const wake of woken) wake();
    },
    async fresh(signal) {
      signal.throwIfAborted();
      if (age() <= FRESH_LEASE_MS) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      options.want();
      await promise;
      signal.throwIfAborted();
    },
    close: () => cancel(),
  };
}
