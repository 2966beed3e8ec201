/**
 * The breaker of one server: after some failures in a row nothing is sent for a while, then one call to see, with growing
 * pauses. Pure; times are of the monotonic clock in ms. Only troubles of the server and of the way to it count
 * (`TROUBLE_RULES`), as what an account or a call did wrong says nothing about others.
 */
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly until: number; readonly pauseMs: number }
  /** One call is under way to see how the server is. */
  | { readonly state: 'half_open'; readonly pauseMs: number };

export const CLOSED: Breaker = { state: 'closed', failures: 0 };
export const FAILURES_IN_A_ROW = 5;
export const FIRST_PAUSE_MS = 2_000;
export const LONGEST_PAUSE_MS = 120_000;

/** When a call may leave; `null`: when the one under way has said how it is. */
export function opensAt(breaker: Breaker, at: number): number | null {
  switch (breaker.state) {
    case 'closed':
      return at;
    case 'open':
      return Math.max(at, breaker.until);
    case 'half_open':
      return null;
  }
}

/** A call leaves. Only when `opensAt` says that it may. */
export function left(breaker: Breaker): Breaker {
  if (breaker.state !== 'open') return breaker;
  return { state: 'half_open', pauseMs: breaker.pauseMs };
}

/** A call ended. @param isProbe it was the one that left while the breaker was open */
export function ended(breaker: Breaker, isFailure: boolean, isProbe: boolean, at: number): Breaker {
  switch (breaker.state) {
    case 'closed': {
      if (!isFailure) return CLOSED;
      const failures = breaker.failures + 1;
      if (failures < FAILURES_IN_A_ROW) return { state: 'closed', failures };
      return { state: 'open', until: at + FIRST_PAUSE_MS, pauseMs: FIRST_PAUSE_MS };
    }
    case 'open':
      // It left before the breaker opened. An answer is an answer; a failure is what was known.
      return isFailure ? breaker : CLOSED;
    case 'half_open': {
      if (!isFailure) return CLOSED;
      if (!isProbe) return breaker;
      const pauseMs = Math.min(breaker.pauseMs * 2, LONGEST_PAUSE_MS);
      return { state: 'open', until: at + pauseMs, pauseMs };
    }
  }
}

/** The probe ended without saying anything about the server: it hung up, say. Another may go at once. */
export function unsaid(breaker: Breaker, at: number): Breaker {
  if (breaker.state !== 'half_open') return breaker;
  return { state: 'open', until: at, pauseMs: breaker.pauseMs };
}
