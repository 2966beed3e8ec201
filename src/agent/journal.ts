/**
 * The journal of one attempt: what it reports, on disk before anybody is told. One line per report:
 *
 *   crc32 of the rest, 8 hexadecimal digits · space · {"seq":N,"report":…} · newline
 *
 * Written by one process at a time (the agent writes the first line, the supervisor all others, and the agent again
 * when the supervisor died). A line that is torn or damaged ends the journal: it and what follows is cut off, never trusted.
 */
import { constants } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Clock } from '../shared/clock.ts';
import { AttemptReport } from '../shared/domain/attempt.ts';
import { pause } from './clock.ts';
import { asError } from './failure.ts';

export const NumberedReport = z.strictObject({ seq: z.int().min(1), report: AttemptReport });
export type NumberedReport = z.infer<typeof NumberedReport>;

export interface JournalWriter {
  /** Numbers the report and keeps it. On disk when `flushed` resolves. */
  append(report: AttemptReport): void;
  /** Resolves when everything that was appended is on disk; a full disk is waited for. */
  flushed(): Promise<void>;
  /** Writes what is still to be written, as far as the disk lets it, and closes. */
  close(): Promise<void>;
}

export interface JournalEvents {
  /** So many bytes of the file are whole and durable. */
  durable(bytes: number): void;
  /** The disk does not take it (`null`: now it does). What was appended is kept in memory and tried again. */
  trouble(error: Error | null): void;
}

/**
 * A journal has room for all that an attempt says in days. Beyond, what is only of passing interest is left out, so
 * that an engine which makes thousands of changes cannot fill the disk with them.
 */
const MOST_BYTES = 8 * 1024 * 1024;
const PASSING: ReadonlySet<AttemptReport['kind']> = new Set(['checkpointed', 'usage']);
/** Pause before a disk that was full is tried again. */
const AGAIN_MS = 500;

/** Opens or makes the file, cuts off what is torn, and goes on after the last whole report. */
export async function openJournal(
  file: string,
  clock: Clock,
  events: JournalEvents,
): Promise<JournalWriter> {
  const handle = await open(file, constants.O_CREAT | constants.O_RDWR, 0o600);
  try {
    const { reports, bytes } = parse(await handle.readFile());
    await handle.truncate(bytes);
    return new FileJournal(handle, clock, events, reports.at(-1)?.seq ?? 0, bytes);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The whole reports of a journal, in order; none when there is no file. `bytes`: where the last one ends. */
export async function readJournal(
  file: string,
): Promise<{ reports: NumberedReport[]; bytes: number }> {
  try {
    return parse(await readFile(file));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { reports: [], bytes: 0 };
    throw error;
  }
}

/** True when nothing follows such a report. */
export function isFinal({ kind }: AttemptReport): boolean {
  return kind === 'succeeded' || kind === 'failed' || kind === 'cancelled';
}

class FileJournal implements JournalWriter {
  private readonly handle: FileHandle;
  private readonly clock: Clock;
  private readonly events: JournalEvents;
  private readonly closing = new AbortController();
  private queue: Buffer[] = [];
  private writing: Promise<void> | null = null;
  private seq: number;
  private bytes: number;

  constructor(handle: FileHandle, clock: Clock, events: JournalEvents, seq: number, bytes: number) {
    this.handle = handle;
    this.clock = clock;
    this.events = events;
    this.seq = seq;
    this.bytes = bytes;
  }

  append(report: AttemptReport): void {
    if (this.bytes > MOST_BYTES && PASSING.has(report.kind)) return;
    this.seq += 1;
    this.queue.push(lineOf({ seq: this.seq, report }));
    this.writing ??= this.writeQueue().finally(() => (this.writing = null));
  }

  async flushed(): Promise<void> {
    while (this.writing) await this.writing;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.flushed();
    await this.handle.close();
  }

  /** All that waits goes out in one write and one fsync. */
  private async writeQueue(): Promise<void> {
    let troubled = false;
    while (this.queue.length > 0) {
      // A copy: more may be appended while these are written.
      const batch = [...this.queue];
      const bytes = Buffer.concat(batch);
      try {
        await this.handle.write(bytes, 0, bytes.length, this.bytes);
        await this.handle.datasync();
      } catch (error) {
        if (!troubled) this.events.trouble(asError(error));
        troubled = true;
        // Half a line must not stay: the next try writes it from its beginning.
        await this.handle.truncate(this.bytes).catch(() => {});
        if (this.closing.signal.aborted) return;
        await pause(this.clock, AGAIN_MS, this.closing.signal);
        continue;
      }
      this.queue = this.queue.slice(batch.length);
      this.bytes += bytes.length;
      if (troubled) this.events.trouble(null);
      troubled = false;
      this.events.durable(this.bytes);
    }
  }
}

function lineOf(record: NumberedReport): Buffer {
  const text = JSON.stringify(record);
  return Buffer.from(`${sumOf(text)} ${text}\n`);
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

const SUM_LENGTH = 9;

function parse(file: Buffer): { reports: NumberedReport[]; bytes: number } {
  const reports: NumberedReport[] = [];
  let bytes = 0;
  for (;;) {
    const end = file.indexOf(10, bytes);
    if (end === -1) break;
    const line = file.toString('utf8', bytes, end);
    const record = parseLine(line);
    if (record?.seq !== reports.length + 1) break;
    reports.push(record);
    bytes = end + 1;
  }
  return { reports, bytes };
}

function parseLine(line: string): NumberedReport | null {
  const text = line.slice(SUM_LENGTH);
  if (line.slice(0, SUM_LENGTH) !== `${sumOf(text)} `) return null;
  // The sum fits, so it is what a supervisor wrote; one of another version may still have had other reports.
  const parsed = NumberedReport.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
