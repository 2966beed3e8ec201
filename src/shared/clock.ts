/** Time as everything else sees it: passed in, so that tests need not wait. */
export interface Clock {
  /** Wall clock, epoch ms: for people and records. Never decides whether something is due by duration. */
  now(): number;
  /** Monotonic clock in ms from an arbitrary start: for durations, leases and timeouts. */
  monotonic(): number;
  /** Calls `run` once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}
