/**
 * When a limit is reached if it goes on being used as it was lately: a line of least squares through how much was used, and how
 * far off its slope may well be. Pure; like `prediction.ts`, which tells what a day comes to.
 */
import type { Confidence } from './prediction.ts';

export interface UsedAt {
  /** Epoch ms. */
  readonly at: number;
  /** A part of the limit: 1 is all of it. */
  readonly used: number;
}

export interface LimitForecast {
  /** Epoch ms; `null`: not before it begins anew. */
  readonly reachesAt: number | null;
  /** What it comes to when it begins anew; what it is now where nobody knows when that is. */
  readonly expected: number;
  readonly confidence: Confidence;
}

/** Normal distribution: nine of ten lie within so many deviations. */
const NINE_OF_TEN = 1.645;
/** So many times it must have grown before a line through them means much. */
const FEW = 6;

/**
 * @param samples oldest first, the last one as it stands now; a fall tells that the window began anew, and what was before it
 *   does not count
 * @param resetAt when the window begins anew (epoch ms)
 */
export function limitForecast(
  samples: readonly UsedAt[],
  now: number,
  resetAt: number | null,
): LimitForecast {
  const last = samples.at(-1);
  if (!last) return { reachesAt: null, expected: 0, confidence: 'quiet' };
  if (last.used >= 1) return { reachesAt: now, expected: last.used, confidence: 'good' };
  const own = sinceReset(samples);
  const { slope, error } = lineOf(own);
  if (slope <= 0) return { reachesAt: null, expected: last.used, confidence: 'quiet' };
  const at = now + (1 - last.used) / slope;
  const left = resetAt === null ? 0 : Math.max(0, resetAt - now);
  const grown = own.filter(({ used }, index) => used > (own[index - 1]?.used ?? used)).length;
  return {
    reachesAt: resetAt === null || at < resetAt ? at : null,
    expected: last.used + slope * left,
    confidence: confidenceOf(grown, (NINE_OF_TEN * error) / slope),
  };
}

/** Providers round: a hair less than before is no new beginning. */
const HAIR = 0.005;

function sinceReset(samples: readonly UsedAt[]): readonly UsedAt[] {
  const start = samples.findLastIndex(
    ({ used }, index) => used < (samples[index - 1]?.used ?? used) - HAIR,
  );
  return samples.slice(Math.max(0, start));
}

function confidenceOf(grown: number, margin: number): Confidence {
  if (grown < FEW || margin > 1) return 'low';
  return margin > 0.5 ? 'fair' : 'good';
}

/** Per ms. The error is told by how far the steps between samples differ, since each of them adds to the one before. */
function lineOf(samples: readonly UsedAt[]): { slope: number; error: number } {
  const count = samples.length;
  const first = samples[0];
  const last = samples.at(-1);
  if (count < 2 || !first || !last || last.at <= first.at) return { slope: 0, error: 0 };
  const middleAt = samples.reduce((sum, { at }) => sum + at, 0) / count;
  const middleUsed = samples.reduce((sum, { used }) => sum + used, 0) / count;
  let along = 0;
  let across = 0;
  for (const { at, used } of samples) {
    along += (at - middleAt) * (used - middleUsed);
    across += (at - middleAt) ** 2;
  }
  const steps = samples.slice(1).map(({ used }, index) => used - (samples[index]?.used ?? used));
  const mean = (last.used - first.used) / steps.length;
  const squares = steps.reduce((sum, step) => sum + (step - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, steps.length - 1));
  const span = last.at - first.at;
  return { slope: along / across, error: (deviation * Math.sqrt(steps.length)) / span };
}
