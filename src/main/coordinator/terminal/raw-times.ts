/**
 * When a raw recording grew: a file beside it with lines of `offset time`, at most two a second. It is for looking things up;
 * where it cannot be written, the recording goes on without.
 */
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../../shared/clock.ts';
import type { TerminalMoment } from './port.ts';

export interface TimesRecord {
  /** The recording grew by what stands from `offset` on. */
  grown(offset: number): void;
}

const EVERY_MS = 500;
/** Of one answer. */
const MOST_TIMES = 4_000;

/** @param file the recording */
export function recordTimes(file: string, clock: Clock): TimesRecord {
  let last = Number.NEGATIVE_INFINITY;
  return {
    grown(offset) {
      const now = clock.monotonic();
      if (now - last < EVERY_MS) return;
      last = now;
      try {
        appendFileSync(timesFile(file), `${offset} ${Math.round(clock.now())}\n`, { mode: 0o600 });
      } catch {
        // A transcript without times is still a transcript; that the disk is full is told by its own writing.
      }
    },
  };
}

/** Oldest first. A recording of before times were kept has none. */
export async function readTimes(file: string): Promise<TerminalMoment[]> {
  const text = await readFile(timesFile(file), 'utf8').catch(() => '');
  const times = text.split('\n').flatMap((line) => {
    const found = /^(\d+) (\d+)$/.exec(line);
    return found ? [{ offset: Number(found[1]), at: Number(found[2]) }] : [];
  });
  const step = Math.ceil(times.length / MOST_TIMES);
  return step > 1 ? times.filter((_, index) => index % step === 0) : times;
}

function timesFile(file: string): string {
  return `${file}.times`;
}
