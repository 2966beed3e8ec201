/** For tests of this folder. */
import type { AttemptId } from '../../../shared/ids.ts';
import type { OutputFrame } from '../../../shared/protocol/output.ts';
import type { Recordings } from '../terminal/port.ts';
import { NO_TAKE_OVERS, NO_TIMES } from '../terminal/testing-times.ts';

/** Recordings that only count: what they do with bytes has tests of its own. */
export interface CountingRecordings extends Recordings {
  readonly finished: Set<AttemptId>;
  readonly abandoned: Set<AttemptId>;
  /** The disk takes nothing. */
  full: boolean;
}

export function countingRecordings(): CountingRecordings {
  const ends = new Map<string, number>();
  const begun = new Set<AttemptId>();
  const finished = new Set<AttemptId>();
  const abandoned = new Set<AttemptId>();
  return {
    finished,
    abandoned,
    full: false,
    append({ attemptId, stream, offset, bytes }: OutputFrame) {
      const end = ends.get(`${attemptId} ${stream}`) ?? 0;
      if (this.full) return end;
      const stands = offset <= end ? Math.max(end, offset + bytes.length) : end;
      ends.set(`${attemptId} ${stream}`, stands);
      begun.add(attemptId);
      abandoned.delete(attemptId);
      return stands;
    },
    end: (attemptId, stream) => ends.get(`${attemptId} ${stream}`) ?? 0,
    finish(attemptId) {
      if (!this.full) finished.add(attemptId);
      return !this.full;
    },
    isFailing() {
      return this.full;
    },
    abandon: (attemptId) => void abandoned.add(attemptId),
    unfinished: () => [...begun].filter((id) => !finished.has(id) && !abandoned.has(id)),
    watch: () => ({ acknowledge() {}, close() {} }),
    times: () => NO_TIMES,
    takeOvers: NO_TAKE_OVERS,
    transcriptTimes: async () => [],
    file: (attemptId, stream) => `${attemptId} ${stream}`,
    close: async () => {},
  };
}
