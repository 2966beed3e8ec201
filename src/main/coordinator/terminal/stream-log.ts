/** One stream of an attempt on disk: bytes are appended to it, and read from any offset, however its file is written. */
import type { TerminalTimes } from './port.ts';

export interface StreamLog {
  /** Bytes recorded. */
  readonly end: number;
  readonly isOpen: boolean;
  /** Where times are recorded. */
  readonly times?: TerminalTimes;
  /** Appends all or nothing: when it returns, the operating system has it. @throws when the disk does not take it */
  append(bytes: Uint8Array): void;
  /** Reads on from an offset; may be used while more is appended. */
  reader(from: number): StreamReader;
  /** Makes what was appended survive a power failure. @throws when the disk does not take it */
  sync(): void;
  /** Gives back handles that appending took. */
  close(): void;
}

export interface StreamReader {
  /** The next bytes, at most so many; empty at the end of what is recorded. */
  next(most: number): Promise<Uint8Array>;
  close(): Promise<void>;
}
