/**
 * How a window is made to last to its reset: while what is used and the rate of use predict less than 90 % of it, calls go as
 * they come; from there on they are spread over what is left of the time, so that the limit is met by slowing down. Spread
 * over the time that is left and not over the whole, it comes out even at the reset whatever was before. Pure; times are of
 * the monotonic clock in ms, amounts in the window's own units.
 */
export interface Pace {
  /** What was sent lately, per ms. */
  readonly rate: number;
  /** When that was worked out. */
  readonly at: number;
  /** Up to here, time is paid for by calls that left. */
  readonly paidUntil: number;
}

/** How a window stands. */
export interface Stand {
  readonly limit: number;
  /** What may still be used, with all calls under way taken off as far as they are estimated. */
  readonly room: number;
  /** What comes back per ms; 0: all at once, at the reset. */
  readonly refill: number;
  /** Of the window. */
  readonly lengthMs: number;
  /** To its reset; of a window that refills, its whole length. */
  readonly leftMs: number;
}

export const THROTTLE_FROM = 0.9;
/** The rate of use is that of the last tenth of the window, about. */
const RATE_OVER = 10;
/** Shorter than that nothing can be spread over. */
const LEAST_LEFT_MS = 250;

export function newPace(at: number): Pace {
  return { rate: 0, at, paidUntil: at };
}

/** Share of the limit that is used at the reset if it goes on like this. */
export function predictedUse({ rate, at: since }: Pace, stand: Stand, at: number): number {
  const now = rate * Math.exp(-Math.max(0, at - since) / overMs(stand));
  const net = Math.max(0, now - stand.refill);
  return (stand.limit - stand.room + net * stand.leftMs) / stand.limit;
}

/** When the next call may leave: at once, or when the time of those before it is over. */
export function paceOpensAt(pace: Pace, stand: Stand, at: number): number {
  if (predictedUse(pace, stand, at) < THROTTLE_FROM) return at;
  return Math.max(at, pace.paidUntil);
}

/** How long a call of one unit takes of the time. Infinite where nothing is left. */
export function msPerUnit({ room, refill, leftMs }: Stand): number {
  const perMs = refill + Math.max(0, room) / Math.max(leftMs, LEAST_LEFT_MS);
  return perMs > 0 ? 1 / perMs : Number.POSITIVE_INFINITY;
}

/** A call leaves. @param pays it takes its time from those after it */
export function paceLeft(
  pace: Pace,
  stand: Stand,
  amount: number,
  pays: boolean,
  at: number,
): Pace {
  const over = overMs(stand);
  const rate = pace.rate * Math.exp(-Math.max(0, at - pace.at) / over) + amount / over;
  const isPaced = predictedUse(pace, stand, at) >= THROTTLE_FROM;
  const from = isPaced ? Math.max(pace.paidUntil, at) : at;
  // Nothing beyond the reset: where nothing is left, the next window has it again.
  const cost = amount > 0 ? Math.min(amount * msPerUnit(stand), stand.leftMs) : 0;
  return { rate, at, paidUntil: pays ? from + cost : Math.max(pace.paidUntil, at) };
}

/** A call used another amount than was thought when it left. @param more negative: it used less */
export function paceSettled(pace: Pace, stand: Stand, more: number, paidPerUnit: number): Pace {
  const rate = Math.max(0, pace.rate + more / overMs(stand));
  const perUnit = Math.min(paidPerUnit, more > 0 ? msPerUnit(stand) : Number.MAX_VALUE);
  const owed = more === 0 ? 0 : between(more * perUnit, -stand.lengthMs, stand.leftMs);
  return { ...pace, rate, paidUntil: pace.paidUntil + owed };
}

/** A window begins: what was paid of the one before is over. */
export function paceBegun(pace: Pace, at: number): Pace {
  return { ...pace, paidUntil: Math.min(pace.paidUntil, at) };
}

function between(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function overMs({ lengthMs }: Stand): number {
  return Math.max(lengthMs / RATE_OVER, 1);
}
