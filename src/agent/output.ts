/**
 * What an attempt prints, on its way to disk: terminal bytes are put together and appended to a spool file; an engine
 * writes its transcript itself and tells how far. From the files the agent sends them on, whenever there is a link.
 */
import type { Clock } from '../shared/clock.ts';
import { OUTPUT_FRAME_MAX, type Stream } from '../shared/protocol/output.ts';
import type { TerminalSink } from './pty.ts';
import { openSpool, type Spool } from './spool.ts';

/** PTY chunks of about 4 kB are put together for so long, or until a frame is full. */
const COALESCE_MS = 5;
/** Room for our own closing words after the limit was reached. */
const NOTE_ROOM = 16 * 1024;

export interface OutputOptions {
  /** Files of the two streams. */
  readonly files: Readonly<Record<Stream, string>>;
  /** Bytes both streams together may have. */
  readonly limit: number;
  readonly clock: Clock;
  /** More of a stream can be read from its file. */
  readonly onGrown: () => void;
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
  /** Bytes of each stream that can be read from its file. */
  written(): Readonly<Record<Stream, number>>;
  /** Resolves when all that was printed is in the files, and there to stay. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Begins both files anew. */
export async function openOutput(options: OutputOptions): Promise<Output> {
  const { files, onGrown, onBroken } = options;
  const events = { written: onGrown, failed: onBroken };
  const terminal = await openSpool(files.terminal, events);
  try {
    return new AttemptOutput(options, terminal, await openSpool(files.transcript, events));
  } catch (error) {
    await terminal.close();
    throw error;
  }
}

class AttemptOutput implements Output {
  readonly terminal: TerminalSink;
  readonly transcript: Output['transcript'];
  private readonly options: OutputOptions;
  private readonly spools: Readonly<Record<Stream, Spool>>;
  private readonly joined: Joiner;
  /** Bytes that were taken per stream, written or not. */
  private readonly taken = { terminal: 0, transcript: 0 };
  private isOver = false;

  constructor(options: OutputOptions, terminal: Spool, transcript: Spool) {
    this.options = options;
    this.spools = { terminal, transcript };
    this.joined = coalesce(options.clock, (bytes) => terminal.append(bytes));
    this.terminal = {
      write: (bytes) => this.write(bytes),
      drained: async () => await terminal.drained(),
    };
    this.transcript = { path: transcript.path, grown: (size) => this.grown(size) };
  }

  note(text: string): void {
    const bytes = Buffer.from(text.replaceAll('\r', '').replaceAll('\n', '\r\n'));
    if (this.total + bytes.length > this.options.limit + NOTE_ROOM) return;
    this.taken.terminal += bytes.length;
    this.joined.add(bytes);
  }

  written(): Readonly<Record<Stream, number>> {
    const { terminal, transcript } = this.spools;
    return { terminal: terminal.written, transcript: transcript.written };
  }

  async finish(): Promise<void> {
    this.joined.flush();
    for (const spool of Object.values(this.spools)) await spool.settled();
  }

  async close(): Promise<void> {
    this.joined.flush();
    for (const spool of Object.values(this.spools)) await spool.close();
  }

  private get total(): number {
    return this.taken.terminal + this.taken.transcript;
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
    this.spools.transcript.grown(Math.min(size, this.options.limit));
    this.checkLimit();
  }

  private checkLimit(): void {
    if (this.isOver || this.total <= this.options.limit) return;
    this.isOver = true;
    this.options.onLimit();
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
