/** Sends one stream from its spool file: in order, at most OUTPUT_WINDOW bytes beyond the last acknowledgement. */
import type { AttemptId } from '../shared/ids.ts';
import {
  encodeOutput,
  OUTPUT_FRAME_MAX,
  OUTPUT_WINDOW,
  type Stream,
} from '../shared/protocol/output.ts';
import type { SpoolReader } from './spool.ts';

export interface OutputLink {
  /** False while the link is down or has no room; `pump` is called when that is over. */
  canSend(): boolean;
  /** Sends a binary frame; false when it cannot. */
  sendOutput(frame: Uint8Array): boolean;
}

export interface Sender {
  /** A new link: the other end has everything up to `offset`. */
  resume(offset: number): void;
  acknowledged(offset: number): void;
  /** Sends what can be sent now. */
  pump(): void;
  isDrained(): boolean;
  /** Resolves when all that was written has been sent, or `stop` was called. */
  drained(): Promise<void>;
  stop(): void;
}

export interface SenderOptions {
  readonly attemptId: AttemptId;
  readonly stream: Stream;
  readonly spool: SpoolReader;
  readonly link: OutputLink;
}

export function createSender(options: SenderOptions): Sender {
  return new StreamSender(options);
}

class StreamSender implements Sender {
  private readonly options: SenderOptions;
  private sent = 0;
  private acked = 0;
  private reading = false;
  private stopped = false;
  private waiters: (() => void)[] = [];

  constructor(options: SenderOptions) {
    this.options = options;
  }

  resume(offset: number): void {
    // The other end may have more than we know of, but never more than there is.
    this.acked = Math.min(offset, this.options.spool.written);
    this.sent = this.acked;
    this.pump();
  }

  acknowledged(offset: number): void {
    if (offset <= this.acked || offset > this.sent) return;
    this.acked = offset;
    this.pump();
  }

  pump(): void {
    if (this.isDrained()) this.wake();
    else if (this.mayCatchUp()) void this.catchUp();
  }

  isDrained(): boolean {
    return this.stopped || this.sent === this.options.spool.written;
  }

  async drained(): Promise<void> {
    if (this.isDrained()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.waiters.push(resolve);
    this.pump();
    await promise;
  }

  stop(): void {
    this.stopped = true;
    this.wake();
  }

  private mayCatchUp(): boolean {
    const { spool, link } = this.options;
    return (
      !this.reading &&
      !this.stopped &&
      this.sent < spool.written &&
      this.room() > 0 &&
      link.canSend()
    );
  }

  private room(): number {
    return OUTPUT_WINDOW - (this.sent - this.acked);
  }

  private send(bytes: Uint8Array): boolean {
    if (this.stopped || bytes.length > this.room()) return false;
    const { attemptId, stream, link } = this.options;
    if (!link.sendOutput(encodeOutput({ attemptId, stream, offset: this.sent, bytes })))
      return false;
    this.sent += bytes.length;
    return true;
  }

  private async catchUp(): Promise<void> {
    this.reading = true;
    for (;;) {
      const from = this.sent;
      const bytes = await this.readNext(from);
      // A reconnect while reading moved the place: what was read is not what is wanted.
      if (from !== this.sent) continue;
      if (bytes.length === 0 || !this.send(bytes)) break;
    }
    this.reading = false;
    // What was written while the last read was under way has waited for us.
    this.pump();
  }

  private async readNext(from: number): Promise<Uint8Array> {
    try {
      return await this.options.spool.read(from, Math.min(OUTPUT_FRAME_MAX, this.room()));
    } catch {
      // The file was closed under us: the attempt is over, nobody waits for the rest.
      this.stop();
      return new Uint8Array();
    }
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}
