/**
 * One watcher of one stream. It is sent new bytes as they are appended while it has room in its window; what it has no
 * room for is fetched when it acknowledges, from the tail in memory where that reaches, else from the disk. Nothing is
 * kept for it.
 */
import { OUTPUT_FRAME_MAX, OUTPUT_WINDOW } from '../../../shared/protocol/output.ts';
import type { Watch, Watcher } from './port.ts';
import type { StreamLog, StreamReader } from './stream-log.ts';
import type { Tail } from './tail.ts';

export interface WatchSource {
  readonly log: StreamLog;
  readonly tail: Tail;
  readonly isWhole: () => boolean;
  /** The recording cannot be read. */
  readonly broken: (error: Error) => void;
  readonly closed: () => void;
}

export interface OpenWatch extends Watch {
  /** Bytes were appended, or the recording is whole. */
  grown(): void;
}

export function createWatch(source: WatchSource, from: number, watcher: Watcher): OpenWatch {
  return new StreamWatch(source, from, watcher);
}

class StreamWatch implements OpenWatch {
  readonly #source: WatchSource;
  readonly #watcher: Watcher;
  /** Offset of the next byte to be sent. */
  #next: number;
  #acknowledged: number;
  #reader: StreamReader | undefined;
  /** Bytes are being handed over; what that sets off waits until it is done. */
  #isSending = false;
  #isReading = false;
  #isOver = false;

  constructor(source: WatchSource, from: number, watcher: Watcher) {
    this.#source = source;
    this.#watcher = watcher;
    this.#next = from;
    this.#acknowledged = from;
    // Not before the caller has its watch.
    queueMicrotask(() => this.#goOn());
  }

  acknowledge(offset: number): void {
    if (offset <= this.#acknowledged || offset > this.#next) return;
    this.#acknowledged = offset;
    this.#goOn();
  }

  grown(): void {
    this.#goOn();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#source.closed();
    if (!this.#isReading) this.#closeReader();
  }

  get #room(): number {
    return OUTPUT_WINDOW - (this.#next - this.#acknowledged);
  }

  get #most(): number {
    return Math.min(this.#room, OUTPUT_FRAME_MAX);
  }

  get #mayGetMore(): boolean {
    return !this.#isOver && this.#next < this.#source.log.end && this.#room > 0;
  }

  #goOn(): void {
    if (this.#isOver || this.#isSending || this.#isReading) return;
    this.#sendHot();
    if (this.#mayGetMore) return this.#read();
    if (this.#isOver || this.#next < this.#source.log.end) return;
    this.#closeReader();
    if (!this.#source.isWhole()) return;
    this.#isOver = true;
    this.#source.closed();
    this.#watcher.ended(this.#source.log.end);
  }

  #sendHot(): void {
    while (this.#mayGetMore) {
      const hot = this.#source.tail.after(this.#next)?.subarray(0, this.#most);
      if (!hot) return;
      // It would go on from where it was.
      this.#closeReader();
      this.#send(hot);
    }
  }

  #send(bytes: Uint8Array): void {
    const offset = this.#next;
    this.#next += bytes.length;
    this.#isSending = true;
    try {
      this.#watcher.bytes(offset, bytes);
    } finally {
      this.#isSending = false;
    }
  }

  #read(): void {
    this.#isReading = true;
    this.#reader ??= this.#source.log.reader(this.#next);
    this.#reader.next(this.#most).then(
      (bytes) => this.#wasRead(bytes),
      (error: unknown) => {
        this.#isReading = false;
        this.close();
        this.#closeReader();
        this.#broken(error);
      },
    );
  }

  #wasRead(bytes: Uint8Array): void {
    this.#isReading = false;
    if (this.#isOver) return this.#closeReader();
    if (bytes.length > 0) this.#send(bytes);
    this.#goOn();
  }

  #closeReader(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.close().catch((error: unknown) => this.#broken(error));
  }

  #broken(error: unknown): void {
    this.#source.broken(error instanceof Error ? error : new Error(String(error)));
  }
}
