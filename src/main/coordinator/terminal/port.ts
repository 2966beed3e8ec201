/** Recordings of attempts: appended by the agent's link, replayed to any number of watchers. */
import type { ConsoleId, TakeOver } from '../../../shared/console.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { OutputFrame, Stream } from '../../../shared/protocol/output.ts';

export interface Recordings {
  /**
   * Appends what continues the recording; bytes before its end are skipped as repeated, a gap is ignored.
   * @returns the offset up to which the recording now stands (to be acknowledged)
   */
  append(frame: OutputFrame): number;
  /** The end of a recording in bytes; 0 when there is none. */
  end(attemptId: AttemptId, stream: Stream): number;
  /**
   * The agent said that this was all: watchers are told when they reached the end; what may come after it is ignored.
   * @returns whether it is on disk for good; if not, it goes on and the agent's copy is still needed
   */
  finish(attemptId: AttemptId): boolean;
  /** True between a failed write and the news that there is room again. */
  isFailing(): boolean;
  /** Nobody is left who would send more: watchers are told the same. Should more come, the recording goes on. */
  abandon(attemptId: AttemptId): void;
  /** Recordings that hold something and were neither finished nor abandoned. */
  unfinished(): AttemptId[];
  /**
   * Watches from a byte offset: first what is on disk, then live. The watcher is sent at most
   * OUTPUT_WINDOW bytes beyond its last acknowledgement; a slow one costs neither memory nor speed.
   */
  watch(attemptId: AttemptId, stream: Stream, from: number, watcher: Watcher): Watch;
  /** When the terminal of an attempt printed what. */
  times(attemptId: AttemptId): TerminalTimes;
  /** When the transcript of an attempt grew: what stands from each offset on came then. Thinned out where there is much. */
  transcriptTimes(attemptId: AttemptId): Promise<TerminalMoment[]>;
  /** The path of the recorded file (asciicast v3 for `terminal`, raw bytes for `transcript`). */
  file(attemptId: AttemptId, stream: Stream): string;
  /** What was shown to those who took attempts over. */
  readonly takeOvers: TakeOvers;
  close(): Promise<void>;
}

export interface TakeOvers {
  /** Begins one; nothing of it is there before something is shown. */
  record(id: ConsoleId, begun: TakeOverBegun): TakeOverRecorder;
  /** Those of an attempt, oldest first. */
  list(attemptId: AttemptId): TakeOver[];
  /** `null`: there is none, or none any more. */
  find(attemptId: AttemptId, id: ConsoleId): TakeOverRecord | null;
}

export type TakeOverBegun = Pick<
  TakeOver,
  'attemptId' | 'kind' | 'by' | 'startedAt' | 'cols' | 'rows'
>;

export interface TakeOverRecorder {
  printed(bytes: Uint8Array): void;
  resized(cols: number, rows: number): void;
  end(): void;
}

export interface TakeOverRecord {
  readonly about: TakeOver;
  readonly times: TerminalTimes;
  /** An asciicast v3. */
  readonly file: string;
}

export interface Watcher {
  bytes(offset: number, chunk: Uint8Array): void;
  /** The recording is whole and was sent. */
  ended(offset: number): void;
}

export interface Watch {
  acknowledge(offset: number): void;
  close(): void;
}

/** A place in the output, in bytes, and when it was printed (epoch ms of the coordinator's clock). */
export interface TerminalMoment {
  readonly offset: number;
  readonly at: number;
}

/** The output in the steps in which it came, one page of it. */
export interface TerminalPace {
  /** Each with the offset behind its last byte. */
  readonly places: readonly TerminalMoment[];
  /** From where the next page goes on; `null`: this is all there is now. */
  readonly next: number | null;
}

export interface TerminalTimes {
  /** `null`: nothing was printed. */
  range(): { readonly first: TerminalMoment; readonly last: TerminalMoment } | null;
  /** How far the output was at a time. */
  atTime(at: number): Promise<TerminalMoment>;
  /** When the byte at an offset was printed. */
  atOffset(offset: number): Promise<TerminalMoment>;
  pace(from: number): Promise<TerminalPace>;
  /** What sets a new terminal up as the recorded one was before the byte at an offset. */
  modesAt(offset: number): Promise<string>;
  /** Bytes printed in each of so many equal parts of the whole time; of a large recording, roughly. */
  activity(buckets: number): Promise<number[]>;
}
