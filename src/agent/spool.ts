/**
 * A file that takes the bytes of one stream as they come, in order: written by a supervisor, read by the agent. It is
 * what makes an absent coordinator cost neither memory nor speed.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** Bytes that may wait for the disk before writers are asked to pause. */
const MOST_WAITING = 4 * 1024 * 1024;

export interface Spool {
  readonly path: string;
  /** Bytes that can be read back. */
  readonly written: number;
  /** Appends; answers false when too much waits for the disk. */
  append(bytes: Buffer): boolean;
  /** Resolves when little waits for the disk again. */
  drained(): Promise<void>;
  /** Resolves when all that was appended is written, and survives a power failure if the disk is sound. */
  settled(): Promise<void>;
  /** Tells that another process wrote the file up to `size`. */
  grown(size: number): void;
  close(): Promise<void>;
}

/** The other end of a spool. */
export interface SpoolReader {
  /** Bytes that can be read. */
  readonly written: number;
  /** The writer says that there is more. */
  grown(size: number): void;
  /** Up to `length` bytes from `from`. */
  read(from: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

export interface SpoolEvents {
  /** More can be read back. */
  written(): void;
  /** The file cannot be written; nothing more will be. */
  failed(error: Error): void;
}

/** Begins the file anew. It stays the same file: the agent may have opened it already. */
export async function openSpool(path: string, events: SpoolEvents): Promise<Spool> {
  const flags = constants.O_CREAT | constants.O_TRUNC | constants.O_RDWR | constants.O_APPEND;
  return new SpoolFile(path, await open(path, flags, 0o600), events);
}

/** @param size how much of it may be read for now; a file that is not there is empty */
export async function openSpoolReader(path: string, size: number): Promise<SpoolReader> {
  const file = await open(path, constants.O_RDONLY | constants.O_CREAT, 0o600);
  let written = size;
  return {
    get written() {
      return written;
    },
    grown(to) {
      written = Math.max(written, to);
    },
    async read(from, length) {
      const wanted = Math.min(length, written - from);
      if (wanted <= 0) return Buffer.alloc(0);
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, from);
      return buffer.subarray(0, bytesRead);
    },
    close: async () => await file.close(),
  };
}

class SpoolFile implements Spool {
  readonly path: string;
  written = 0;
  private readonly file: FileHandle;
  private readonly events: SpoolEvents;
  private queue: Buffer[] = [];
  private waiting = 0;
  private writing: Promise<void> | null = null;
  private broken = false;
  private drainWaiters: (() => void)[] = [];

  constructor(path: string, file: FileHandle, events: SpoolEvents) {
    this.path = path;
    this.file = file;
    this.events = events;
  }

  append(bytes: Buffer): boolean {
    if (this.broken) return true;
    this.queue.push(bytes);
    this.waiting += bytes.length;
    this.writing ??= this.writeQueue();
    return this.waiting < MOST_WAITING;
  }

  async drained(): Promise<void> {
    if (this.broken || this.waiting < MOST_WAITING / 2) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.drainWaiters.push(resolve);
    await promise;
  }

  async settled(): Promise<void> {
    await this.flushed();
    if (this.broken) return;
    // A disk that takes no fsync was told of as broken by the writes before, or will be by the journal's.
    await this.file.datasync().catch(() => {});
  }

  grown(size: number): void {
    if (size <= this.written) return;
    this.written = size;
    this.events.written();
  }

  async close(): Promise<void> {
    await this.flushed();
    // What still comes from a process that is being ended has nowhere to go.
    this.broken = true;
    await this.file.close();
  }

  private async flushed(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async writeQueue(): Promise<void> {
    try {
      while (this.queue.length > 0) {
        const batch = this.queue;
        this.queue = [];
        const size = batch.reduce((sum, { length }) => sum + length, 0);
        await this.writeAll(batch, size);
        this.written += size;
        this.waiting -= size;
        this.wakeDrained();
        this.events.written();
      }
    } catch (error) {
      this.broken = true;
      this.queue = [];
      this.waiting = 0;
      this.events.failed(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.writing = null;
      this.wakeDrained();
    }
  }

  private async writeAll(batch: Buffer[], size: number): Promise<void> {
    const { bytesWritten } = await this.file.writev(batch);
    if (bytesWritten === size) return;
    // A short write: the disk has room for a part. The rest gets its own error, or goes through.
    await this.file.appendFile(Buffer.concat(batch).subarray(bytesWritten));
  }

  private wakeDrained(): void {
    if (!this.broken && this.waiting >= MOST_WAITING / 2) return;
    const waiters = this.drainWaiters;
    this.drainWaiters = [];
    for (const wake of waiters) wake();
  }
}
