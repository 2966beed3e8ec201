/** A file that only grows, written in place so that a failed write leaves no trace. Holds a handle only while in use. */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

export interface LogFile {
  readonly path: string;
  /** Bytes that count. */
  readonly size: number;
  readonly isOpen: boolean;
  /** Writes all or nothing. @throws when the disk does not take it */
  append(bytes: Uint8Array): void;
  /** Cuts off what does not count. */
  truncate(size: number): void;
  /** Reads into `buffer` from `position`; synchronous, for recovery only. */
  read(buffer: Buffer, position: number): number;
  /** Makes what was appended survive a power failure. @throws when the disk does not take it */
  sync(): void;
  /** Gives the handle back; the next use takes a new one. */
  close(): void;
}

/** Opens nothing yet, and makes nothing until the first `append`. */
export function logFile(file: string, size: number): LogFile {
  return new GrowingFile(file, size);
}

class GrowingFile implements LogFile {
  readonly path: string;
  size: number;
  #fd: number | undefined;

  constructor(file: string, size: number) {
    this.path = file;
    this.size = size;
  }

  get isOpen(): boolean {
    return this.#fd !== undefined;
  }

  append(bytes: Uint8Array): void {
    const fd = this.#handle();
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(fd, bytes, done, bytes.length - done, this.size + done);
      }
      this.size += bytes.length;
    } catch (error) {
      this.#undo(fd);
      // The next append begins anew, on whatever is there then.
      this.close();
      throw error;
    }
  }

  truncate(size: number): void {
    const fd = this.#handle();
    if (fstatSync(fd).size > size) ftruncateSync(fd, size);
    this.size = size;
  }

  read(buffer: Buffer, position: number): number {
    return readSync(
      this.#handle(),
      buffer,
      0,
      Math.min(buffer.length, this.size - position),
      position,
    );
  }

  sync(): void {
    if (this.size > 0) fdatasyncSync(this.#handle());
  }

  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #handle(): number {
    this.#fd ??= openOrMake(this.path);
    return this.#fd;
  }

  #undo(fd: number): void {
    try {
      ftruncateSync(fd, this.size);
    } catch {
      // What is behind the end is written over by the next append, and cut off by the next recovery.
    }
  }
}

function openOrMake(file: string): number {
  try {
    return openSync(file, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'wx+', 0o600);
  }
}
