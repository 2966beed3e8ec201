/**
 * The bulk bytes of one attempt on their way from its spool files to the coordinator: in order, each once per
 * connection, from the offset the coordinator names. It does not matter who writes the files, or whether anybody does any more.
 */
import type { AttemptId } from '../shared/ids.ts';
import { STREAMS, type Stream } from '../shared/protocol/output.ts';
import { createSender, type OutputLink, type Sender } from './sender.ts';
import { openSpoolReader, type SpoolReader } from './spool.ts';

type Lengths = Readonly<Record<Stream, number>>;

export interface RelayOptions {
  readonly attemptId: AttemptId;
  readonly files: Readonly<Record<Stream, string>>;
  readonly link: OutputLink;
  /** Tells the other end that the streams are whole; false when the link is down. */
  readonly sendEnd: (lengths: Lengths) => boolean;
}

export interface Relay {
  /** The files have so many bytes now. */
  grown(lengths: Lengths): void;
  /** The link is up; the coordinator has each stream up to these offsets. */
  resume(offsets: Lengths): void;
  acknowledged(stream: Stream, offset: number): void;
  /** Tries again: the link has room again. */
  pump(): void;
  /** Sends everything and says that it was everything; resolves when both went over one link, or after `abandon`. */
  finish(): Promise<void>;
  /** Nobody wants what was not sent yet. */
  abandon(): void;
  close(): Promise<void>;
}

interface Track {
  readonly spool: SpoolReader;
  readonly sender: Sender;
}

/** @param lengths what may be read of the files for now */
export async function openRelay(options: RelayOptions, lengths: Lengths): Promise<Relay> {
  const { attemptId, files, link } = options;
  const open = async (stream: Stream): Promise<Track> => {
    const spool = await openSpoolReader(files[stream], lengths[stream]);
    return { spool, sender: createSender({ attemptId, stream, spool, link }) };
  };
  const terminal = await open('terminal');
  return new AttemptRelay(options, { terminal, transcript: await open('transcript') });
}

class AttemptRelay implements Relay {
  private readonly options: RelayOptions;
  private readonly tracks: Readonly<Record<Stream, Track>>;
  private abandoned = false;
  private nextLink = Promise.withResolvers<void>();

  constructor(options: RelayOptions, tracks: Readonly<Record<Stream, Track>>) {
    this.options = options;
    this.tracks = tracks;
  }

  grown(lengths: Lengths): void {
    for (const stream of STREAMS) {
      const { spool, sender } = this.tracks[stream];
      if (lengths[stream] <= spool.written) continue;
      spool.grown(lengths[stream]);
      sender.pump();
    }
  }

  resume(offsets: Lengths): void {
    for (const stream of STREAMS) this.tracks[stream].sender.resume(offsets[stream]);
    this.nextLink.resolve();
    this.nextLink = Promise.withResolvers<void>();
  }

  acknowledged(stream: Stream, offset: number): void {
    this.tracks[stream].sender.acknowledged(offset);
  }

  pump(): void {
    for (const stream of STREAMS) this.tracks[stream].sender.pump();
  }

  async finish(): Promise<void> {
    const { terminal, transcript } = this.tracks;
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
    for (const stream of STREAMS) this.tracks[stream].sender.stop();
    this.nextLink.resolve();
  }

  async close(): Promise<void> {
    this.abandon();
    for (const stream of STREAMS) await this.tracks[stream].spool.close();
  }
}
