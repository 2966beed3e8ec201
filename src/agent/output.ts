/**
 * The bulk bytes of one attempt on their way to the coordinator. Each stream has a spool file and a sender: bytes that
 * just came are sent from memory; when the window is full or the link is down, they are read back from the file
 * later. Either way they go out in order, each once per connection, from the offset the coordinator names.
 */
import path from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { AttemptId } from '../shared/ids.ts';
import { OUTPUT_FRAME_MAX, STREAMS, type Stream } from '../shared/protocol/output.ts';
import type { TerminalSink } from './pty.ts';
import { createSender, type OutputLink, type Sender } from './sender.ts';
import { openSpool, type Spool } from './spool.ts';

/** PTY chunks of about 4 kB are put together for so long, or until a frame is full. */
const COALESCE_MS = 5;
/** Room for our own closing words after the limit was reached. */
const NOTE_ROOM = 16 * 1024;

const FILES: Readonly<Record<Stream, string>> = {
  terminal: 'terminal.raw',
  transcript: 'transcript.ndjson',
};

export interface OutputOptions {
  readonly attemptId: AttemptId;
  /** Folder of the spool files (exists). */
  readonly dir: string;
  /** Bytes both streams together may have. */
  readonly limit: number;
  readonly clock: Clock;
  readonly link: OutputLink;
  /** Tells the other end that the streams are whole; false when the link is down. */
  readonly sendEnd: (lengths: Readonly<Record<Stream, number>>) => boolean;
  /** The limit was reached; what comes after is dropped. */
  readonly onLimit: () => void;
  /** The spool cannot be written. */
  readonly onBroken: (error: Error) => void;
}

export interface Output {
  readonly terminal: TerminalSink;
  /** A line of our own in the terminal. */
  note(text: string): void;
  /** File that an engine writes its transcript to, and how far it did. */
  readonly transcript: { readonly path: string; grown(size: number): void };
  /** The link is up; the coordinator has each stream up to these offsets. */
  resume(offsets: Readonly<Record<Stream, number>>): void;
  acknowledged(stream: Stream, offset: number): void;
  /** Tries again: the link has room again, or came up. */
  pump(): void;
  /** Sends everything and says that it was everything; resolves when both went over one link, or after `abandon`. */
  finish(): Promise<void>;
  /** Nobody wants what was not sent yet. */
  abandon(): void;
  close(): Promise<void>;
}

export async function openOutput(options: OutputOptions): Promise<Output> {
  const output = new AttemptOutput(options);
  await output.open();
  return output;
}

interface Track {
  readonly spool: Spool;
  readonly sender: Sender;
}

class AttemptOutput implements Output {
  readonly terminal: TerminalSink;
  private readonly options: OutputOptions;
  private readonly tracks = new Map<Stream, Track>();
  private readonly joined: Joiner;
  /** Bytes that were taken per stream, sent or not. */
  private readonly taken = { terminal: 0, transcript: 0 };
  private isOver = false;
  private abandoned = false;
  private nextLink = Promise.withResolvers<void>();

  constructor(options: OutputOptions) {
    this.options = options;
    this.joined = coalesce(options.clock, (bytes) => this.deliver(bytes));
    this.terminal = {
      write: (bytes) => this.write(bytes),
      drained: async () => await this.track('terminal').spool.drained(),
    };
  }

  get transcript(): Output['transcript'] {
    return { path: this.track('transcript').spool.path, grown: (size) => this.grown(size) };
  }

  async open(): Promise<void> {
    const { attemptId, dir, link, onBroken } = this.options;
    for (const stream of STREAMS) {
      const events = {
        written: () => this.tracks.get(stream)?.sender.pump(),
        failed: (why: Error) => {
          // What is not in the file cannot be sent again; the recording ends here.
          this.tracks.get(stream)?.sender.stop();
          onBroken(why);
        },
      };
      const spool = await openSpool(path.join(dir, FILES[stream]), events);
      this.tracks.set(stream, { spool, sender: createSender({ attemptId, stream, spool, link }) });
    }
  }

  note(text: string): void {
    const bytes = Buffer.from(text.replaceAll('\r', '').replaceAll('\n', '\r\n'));
    if (this.total + bytes.length > this.options.limit + NOTE_ROOM) return;
    this.taken.terminal += bytes.length;
    this.joined.add(bytes);
  }

  resume(offsets: Readonly<Record<Stream, number>>): void {
    for (const [stream, { sender }] of this.tracks) sender.resume(offsets[stream]);
    this.nextLink.resolve();
    this.nextLink = Promise.withResolvers<void>();
  }

  acknowledged(stream: Stream, offset: number): void {
    this.track(stream).sender.acknowledged(offset);
  }

  pump(): void {
    for (const { sender } of this.tracks.values()) sender.pump();
  }

  async finish(): Promise<void> {
    this.joined.flush();
    const [terminal, transcript] = [this.track('terminal'), this.track('transcript')];
    await terminal.spool.flushed();
    while (!this.abandoned) {
      await Promise.all([terminal.sender.drained(), transcript.sender.drained()]);
      if (!terminal.sender.isDrained() || !transcript.sender.isDrained()) continue;
      const lengths = { terminal: terminal.spool.written, transcript: transcript.spool.written };
      if (this.abandoned || this.options.sendEnd(lengths)) return;
      // Sent, but over a link that is gone: the next one tells how much of it arrived.
      await this.nextLink.promise;
    }
  }

  abandon(): void {
    this.abandoned = true;
    for (const { sender } of this.tracks.values()) sender.stop();
    this.nextLink.resolve();
  }

  async close(): Promise<void> {
    this.abandon();
    this.joined.flush();
    for (const { spool } of this.tracks.values()) await spool.close();
  }

  private get total(): number {
    return this.taken.terminal + this.taken.transcript;
  }

  private track(stream: Stream): Track {
    const track = this.tracks.get(stream);
    if (!track) throw new Error(`the output was not opened: ${stream}`);
    return track;
  }

  private write(bytes: Buffer): boolean {
    if (this.isOver) return true;
    this.taken.terminal += bytes.length;
    const hasRoom = this.joined.add(bytes);
    this.checkLimit();
    return hasRoom;
  }

  private grown(size: number): void {
    this.taken.transcript = size;
    this.track('transcript').spool.grown(Math.min(size, this.options.limit));
    this.checkLimit();
  }

  private checkLimit(): void {
    if (this.isOver || this.total <= this.options.limit) return;
    this.isOver = true;
    this.options.onLimit();
  }

  private deliver(bytes: Buffer): boolean {
    const { spool, sender } = this.track('terminal');
    const hasRoom = spool.append(bytes);
    sender.hot(bytes);
    return hasRoom;
  }
}

interface Joiner {
  add(bytes: Buffer): boolean;
  flush(): void;
}

/** Puts chunks together into frames. `deliver` answers whether there is room for more. */
function coalesce(clock: Clock, deliver: (bytes: Buffer) => boolean): Joiner {
  let chunks: Buffer[] = [];
  let size = 0;
  let room = true;
  let cancel: (() => void) | null = null;

  function flush(): void {
    cancel?.();
    cancel = null;
    const [first] = chunks;
    if (!first) return;
    const bytes = chunks.length === 1 ? first : Buffer.concat(chunks, size);
    chunks = [];
    size = 0;
    room = deliver(bytes);
  }

  return {
    add(bytes) {
      if (size + bytes.length > OUTPUT_FRAME_MAX) flush();
      chunks.push(bytes);
      size += bytes.length;
      if (size >= OUTPUT_FRAME_MAX) flush();
      else cancel ??= clock.after(COALESCE_MS, flush);
      return room;
    },
    flush,
  };
}
