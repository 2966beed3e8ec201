/**
 * The bulk bytes of one attempt on their way to the coordinator. Each stream has a spool file and a sender: bytes that
 * just came are sent from memory; when the window is full or the link is down, they are read back from the file
 * later. Either way they go out in order, each once per connection, from the offset the coordinator names.
 */
import path from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { AttemptId } from '../shared/ids.ts';
import { OUTPUT_FRAME_MAX, type Stream } from '../shared/protocol/output.ts';
import type { TerminalSink } from './pty.ts';
import { createSender, type OutputLink, type Sender } from './sender.ts';
import { openSpool } from './spool.ts';

/** PTY chunks of about 4 kB are put together for so long, or until a frame is full. */
const COALESCE_MS = 5;
/** Room for our own closing words after the limit was reached. */
const NOTE_ROOM = 16 * 1024;

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
  const { dir, clock, attemptId, link, limit } = options;
  const senders: Partial<Record<Stream, Sender>> = {};
  const events = (stream: Stream) => ({
    written: () => senders[stream]?.pump(),
    failed: options.onBroken,
  });
  const terminalSpool = await openSpool(path.join(dir, 'terminal.raw'), events('terminal'));
  const transcriptSpool = await openSpool(
    path.join(dir, 'transcript.ndjson'),
    events('transcript'),
  );
  const terminal = (senders.terminal = createSender({
    attemptId,
    stream: 'terminal',
    spool: terminalSpool,
    link,
  }));
  const transcript = (senders.transcript = createSender({
    attemptId,
    stream: 'transcript',
    spool: transcriptSpool,
    link,
  }));
  const joined = coalesce(clock, (bytes) => {
    const room = terminalSpool.append(bytes);
    terminal.hot(bytes);
    return room;
  });
  let taken = 0;
  let transcribed = 0;
  let over = false;
  let abandoned = false;
  let nextLink = Promise.withResolvers<void>();

  function checkLimit(): void {
    if (over || taken + transcribed <= limit) return;
    over = true;
    options.onLimit();
  }

  return {
    terminal: {
      write(bytes) {
        if (over) return true;
        taken += bytes.length;
        const room = joined.add(bytes);
        checkLimit();
        return room;
      },
      drained: () => terminalSpool.drained(),
    },
    note(text) {
      const bytes = Buffer.from(text.replaceAll('\r', '').replaceAll('\n', '\r\n'));
      if (taken + transcribed + bytes.length > limit + NOTE_ROOM) return;
      taken += bytes.length;
      joined.add(bytes);
    },
    transcript: {
      path: transcriptSpool.path,
      grown(size) {
        transcribed = size;
        transcriptSpool.grown(Math.min(size, limit));
        checkLimit();
      },
    },
    resume(offsets) {
      terminal.resume(offsets.terminal);
      transcript.resume(offsets.transcript);
      nextLink.resolve();
      nextLink = Promise.withResolvers<void>();
    },
    acknowledged: (stream, offset) => senders[stream]?.acknowledged(offset),
    pump() {
      terminal.pump();
      transcript.pump();
    },
    async finish() {
      joined.flush();
      await terminalSpool.flushed();
      while (!abandoned) {
        await Promise.all([terminal.drained(), transcript.drained()]);
        const lengths = { terminal: terminalSpool.written, transcript: transcriptSpool.written };
        const isWhole = terminal.isDrained() && transcript.isDrained();
        if (abandoned || (isWhole && options.sendEnd(lengths))) return;
        // Sent, but over a link that is gone: the next one tells how much of it arrived.
        if (isWhole) await nextLink.promise;
      }
    },
    abandon,
    async close() {
      abandon();
      joined.flush();
      await terminalSpool.close();
      await transcriptSpool.close();
    },
  };

  function abandon(): void {
    abandoned = true;
    terminal.stop();
    transcript.stop();
    nextLink.resolve();
  }
}

/** Puts chunks together into frames. `deliver` answers whether there is room for more. */
function coalesce(
  clock: Clock,
  deliver: (bytes: Buffer) => boolean,
): { add(bytes: Buffer): boolean; flush(): void } {
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
