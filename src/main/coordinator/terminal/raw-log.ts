/** A stream that is recorded as it is: the transcript of an engine. */
import { statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../../../shared/clock.ts';
import { logFile, type LogFile } from './log-file.ts';
import { recordTimes, type TimesRecord } from './raw-times.ts';
import type { StreamLog, StreamReader } from './stream-log.ts';

export function openRawLog(file: string, clock: Clock): StreamLog {
  const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return new RawLog(logFile(file, size), recordTimes(file, clock));
}

class RawLog implements StreamLog {
  readonly #file: LogFile;
  readonly #times: TimesRecord;

  constructor(file: LogFile, times: TimesRecord) {
    this.#file = file;
    this.#times = times;
  }

  get end(): number {
    return this.#file.size;
  }

  get isOpen(): boolean {
    return this.#file.isOpen;
  }

  append(bytes: Uint8Array): void {
    const from = this.#file.size;
    this.#file.append(bytes);
    this.#times.grown(from);
  }

  reader(from: number): StreamReader {
    return new RawReader(this.#file, from);
  }

  sync(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

class RawReader implements StreamReader {
  readonly #log: LogFile;
  #position: number;
  #handle: FileHandle | undefined;

  constructor(log: LogFile, from: number) {
    this.#log = log;
    this.#position = from;
  }

  async next(most: number): Promise<Uint8Array> {
    const length = Math.min(most, this.#log.size - this.#position);
    if (length <= 0) return Buffer.alloc(0);
    this.#handle ??= await open(this.#log.path, 'r');
    const { buffer, bytesRead } = await this.#handle.read(
      Buffer.allocUnsafe(length),
      0,
      length,
      this.#position,
    );
    if (bytesRead === 0) throw new Error(`${this.#log.path} is shorter than it was`);
    this.#position += bytesRead;
    return buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
