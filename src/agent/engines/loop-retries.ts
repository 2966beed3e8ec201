/** Whether a model that did not answer is asked once more by the same attempt. Pure. */
import type { EngineTrouble } from './engine.ts';

/** Before the second and the third time. What lasts longer is the queue's business, which gives the slot to others meanwhile. */
const PAUSES_MS = [500, 2_500];
export const MOST_RETRIES = PAUSES_MS.length;
/** A limit that is over so soon is waited for. */
const SOON_MS = 30_000;

/**
 * @param tries how often that was done already
 * @param now epoch ms
 * @returns ms to wait; `null`: it is not asked again
 */
export function waitBefore(trouble: EngineTrouble, tries: number, now: number): number | null {
  const pauseMs = PAUSES_MS[tries];
  if (pauseMs === undefined) return null;
  switch (trouble.class) {
    case 'overloaded':
    case 'network':
      return pauseMs;
    case 'rate_limited': {
      if (trouble.until === null || trouble.until - now > SOON_MS) return null;
      return Math.max(pauseMs, trouble.until - now);
    }
    default:
      return null;
  }
}
