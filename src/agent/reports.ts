/**
 * The reports of one attempt on their way from its journal to the coordinator: in order, acknowledged by number, sent
 * again from where the coordinator stands after every break. They are durable before they come here.
 */
import type { AttemptId } from '../shared/ids.ts';
import type { FromAgent } from '../shared/protocol/agent.ts';
import { isFinal, type NumberedReport } from './journal.ts';

export interface Reports {
  /** What the journal holds now; what is new of it is sent. */
  journal(reports: readonly NumberedReport[]): void;
  /** The coordinator has every report up to this one. */
  acked(seq: number): void;
  /** Number of the last report that was made. */
  readonly last: number;
  /** The last report says how the attempt ended. */
  readonly isWhole: boolean;
  /** Sends everything after `seq` again. */
  resendFrom(seq: number): void;
  /** Resolves when the last of them is acknowledged, or they were closed. */
  settled(): Promise<void>;
  /** The coordinator wants no more of them. */
  close(): void;
}

export interface ReportsOptions {
  readonly attemptId: AttemptId;
  readonly fence: number;
  /** Sends if there is a link; otherwise the report waits for `resendFrom`. */
  readonly send: (frame: FromAgent) => boolean;
  /** True when a report may go out now: what ends an attempt goes after all that it printed. */
  readonly mayEnd: () => boolean;
}

export function createReports({ attemptId, fence, send, mayEnd }: ReportsOptions): Reports {
  // All are kept: a coordinator that was set back to an earlier moment asks for them again.
  let all: readonly NumberedReport[] = [];
  let sent = 0;
  let ackedThrough = 0;
  let closed = false;
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();

  function pump(): void {
    for (const { seq, report } of all.slice(sent)) {
      if (closed || (isFinal(report) && !mayEnd())) return;
      if (!send({ type: 'report', attemptId, fence, seq, report })) return;
      sent = seq;
    }
  }

  function isWhole(): boolean {
    const last = all.at(-1);
    return last !== undefined && isFinal(last.report);
  }

  function acked(seq: number): void {
    ackedThrough = Math.min(Math.max(ackedThrough, seq), all.length);
    if (isWhole() && ackedThrough === all.length) finish();
  }

  return {
    journal(reports) {
      if (reports.length > all.length) all = reports;
      pump();
    },
    acked,
    get last() {
      return all.length;
    },
    get isWhole() {
      return isWhole();
    },
    resendFrom(seq) {
      sent = Math.min(seq, all.length);
      ackedThrough = sent;
      acked(sent);
      pump();
    },
    async settled() {
      await done;
    },
    close() {
      closed = true;
      finish();
    },
  };
}
