/**
 * What an attempt has to say, numbered from 1, sent in order, and kept until the coordinator has it. After a reconnect
 * everything from where the coordinator stands is sent again. Kept in memory: an agent that is restarted holds no
 * attempt any more.
 */
import type { AttemptReport } from '../shared/domain/attempt.ts';
import type { AttemptId } from '../shared/ids.ts';
import type { FromAgent } from '../shared/protocol/agent.ts';

export interface Reports {
  /** Numbers the report, keeps it, and sends it if there is a link. Nothing after `close`. */
  append(report: AttemptReport): void;
  /** The coordinator has every report up to this one. */
  acked(seq: number): void;
  /** Highest number the coordinator acknowledged. */
  readonly ackedThrough: number;
  /** Number of the last report that was made. */
  readonly last: number;
  /** Sends everything after `seq` again. */
  resendFrom(seq: number): void;
  /** Resolves when everything is acknowledged, or the reports were closed. */
  settled(): Promise<void>;
  /** The coordinator wants no more of them. */
  close(): void;
}

export interface ReportsOptions {
  readonly attemptId: AttemptId;
  readonly fence: number;
  /** Sends if there is a link; otherwise the report waits for `resendFrom`. */
  readonly send: (frame: FromAgent) => void;
}

export function createReports({ attemptId, fence, send }: ReportsOptions): Reports {
  const kept = new Map<number, AttemptReport>();
  const { promise: closing, resolve: closeNow } = Promise.withResolvers<void>();
  let last = 0;
  let ackedThrough = 0;
  let closed = false;
  let waiters: (() => void)[] = [];

  function transmit(seq: number, report: AttemptReport): void {
    send({ type: 'report', attemptId, fence, seq, report });
  }

  function acked(seq: number): void {
    if (seq > last) return;
    for (let done = ackedThrough + 1; done <= seq; done++) kept.delete(done);
    ackedThrough = Math.max(ackedThrough, seq);
    if (ackedThrough < last) return;
    const woken = waiters;
    waiters = [];
    for (const wake of woken) wake();
  }

  return {
    append(report) {
      if (closed) return;
      last += 1;
      kept.set(last, report);
      transmit(last, report);
    },
    acked,
    get ackedThrough() {
      return ackedThrough;
    },
    get last() {
      return last;
    },
    resendFrom(seq) {
      acked(seq);
      for (const [number, report] of kept) transmit(number, report);
    },
    async settled() {
      if (closed || ackedThrough === last) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiters.push(resolve);
      await Promise.race([promise, closing]);
    },
    close() {
      closed = true;
      kept.clear();
      closeNow();
    },
  };
}
