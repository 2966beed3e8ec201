/**
 * What a day comes to if it goes on as the last hours did: a straight line through what was used in them, and how far off it
 * may well be. Pure.
 */
import { z } from 'zod';

/** `quiet`: nothing was used lately, so nothing more is expected. */
export const Confidence = z.enum(['good', 'fair', 'low', 'quiet']);
export type Confidence = z.infer<typeof Confidence>;

export const Forecast = z.strictObject({
  soFar: z.number(),
  /** At the end of the day. */
  expected: z.number(),
  /** Nine times of ten the day ends between these, if it goes on like this. */
  low: z.number(),
  high: z.number(),
  confidence: Confidence,
});
export type Forecast = z.infer<typeof Forecast>;

/** Normal distribution: nine of ten lie within so many deviations. */
const NINE_OF_TEN = 1.645;
/** So many pieces with work in them are needed before a line through them means much. */
const FEW = 6;

/**
 * @param amounts what was used in each of the last pieces of time, all of one length, oldest first
 * @param soFar what was used since the day began
 * @param ahead how many such pieces the day still has, in parts of one
 */
export function forecast(amounts: readonly number[], soFar: number, ahead: number): Forecast {
  const busy = amounts.filter((amount) => amount > 0).length;
  const quiet = { soFar, expected: soFar, low: soFar, high: soFar };
  if (busy === 0) return { ...quiet, confidence: 'quiet' };
  const rate = Math.max(0, slopeOf(amounts));
  const left = Math.max(0, ahead);
  const more = rate * left;
  // Pieces differ by chance, and so does the mean of them: over a long way the second weighs more.
  const spread = deviationOf(amounts) * Math.sqrt(left + (left * left) / amounts.length);
  const margin = NINE_OF_TEN * spread;
  return {
    soFar,
    expected: soFar + more,
    low: soFar + Math.max(0, more - margin),
    high: soFar + more + margin,
    confidence: confidenceOf(busy, more, margin),
  };
}

function confidenceOf(busy: number, more: number, margin: number): Confidence {
  if (busy < FEW || margin > more) return 'low';
  return margin > more / 2 ? 'fair' : 'good';
}

/** Of the line of least squares through the running total, per piece. */
function slopeOf(amounts: readonly number[]): number {
  const count = amounts.length;
  const middle = (count + 1) / 2;
  let total = 0;
  let along = 0;
  let across = 0;
  // The running total begins with nothing at 0.
  for (const [index, amount] of [0, ...amounts].entries()) {
    total += amount;
    const x = index - middle + 0.5;
    along += x * total;
    across += x * x;
  }
  return along / across;
}

function deviationOf(amounts: readonly number[]): number {
  const count = amounts.length;
  if (count < 2) return 0;
  const mean = amounts.reduce((sum, amount) => sum + amount, 0) / count;
  const squares = amounts.reduce((sum, amount) => sum + (amount - mean) ** 2, 0);
  return Math.sqrt(squares / (count - 1));
}
