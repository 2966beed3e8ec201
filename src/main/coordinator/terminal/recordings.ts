/**
 * The recordings of all attempts, `attempts/task-N/task-N.M/`: appended by the links of agents, watched by clients. Nothing
 * is kept in memory that is not on disk, so that an acknowledgement means: the operating system has it.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { AttemptId, taskIdOfAttempt } from '../../../shared/ids.ts';
import { STREAMS, type OutputFrame, type Stream } from '../../../shared/protocol/output.ts';
import { openCastLog } from './cast-log.ts';
import type {
  Recordings,
  TakeOvers,
  TerminalMoment,
  TerminalTimes,
  Watch,
  Watcher,
} from './port.ts';
import { openRawLog } from './raw-log.ts';
import { readTimes } from './raw-times.ts';
import { openTakeOvers } from './take-overs.ts';
import { Recording, type Ended, type Ending } from './recording.ts';

export interface RecordingsOptions {
  /** `<data>/attempts`. */
  readonly dir: string;
  readonly clock: Clock;
  /** A recording could not be written or read. Told once; writing is tried again with every append. */
  readonly onProblem?: (error: Error) => void;
  /** There is room again after a write failed: what was not acknowledged can be sent anew. */
  readonly onRoom?: () => void;
}

const FILES: Readonly<Record<Stream, string>> = {
  terminal: 'terminal.cast',
  transcript: 'transcript.ndjson',
};
/** A file beside the streams that says how they ended; while there is none, more is to come. */
const ENDING = 'whole';
/** A folder with an empty file for each recording that has begun and not ended. */
const UNFINISHED = '.unfinished';
/** Streams that keep a file handle at once; the least recently used one gives its back. */
const MOST_OPEN = 64;
/** Streams whose end is remembered without opening the file again. */
const MOST_KNOWN = 1_024;
const PROBE_MS = 5_000;
const PROBE_BYTES = 1024 * 1024;

export function openRecordings(options: RecordingsOptions): Recordings {
  mkdirSync(path.join(options.dir, UNFINISHED), { recursive: true, mode: 0o700 });
  return new Shelf(options);
}

class Shelf implements Recordings {
  readonly takeOvers: TakeOvers;
  readonly #options: RecordingsOptions;
  /** By use, the most recent last. */
  readonly #known = new Map<string, Recording>();
  readonly #open = new Set<Recording>();
  readonly #unfinished: Set<AttemptId>;
  #cancelProbe: (() => void) | undefined;

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.takeOvers = openTakeOvers(options);
    const names = readdirSync(path.join(options.dir, UNFINISHED));
    this.#unfinished = new Set(names.flatMap((name) => AttemptId.safeParse(name).data ?? []));
  }

  append({ attemptId, stream, offset, bytes }: OutputFrame): number {
    try {
      const recording = this.#recording(attemptId, stream);
      try {
        if (recording.isNews(offset, bytes)) this.#begin(attemptId, recording);
        recording.append(offset, bytes);
      } finally {
        this.#noteOpen(recording);
      }
    } catch (error) {
      this.#failed(error);
    }
    return this.end(attemptId, stream);
  }

  end(attemptId: AttemptId, stream: Stream): number {
    try {
      return this.#recording(attemptId, stream).log.end;
    } catch (error) {
      // A file that cannot be opened holds nothing that anybody could be told to rely on.
      this.#failed(error);
      return 0;
    }
  }

  finish(attemptId: AttemptId): boolean {
    return this.#end(attemptId, 'finished');
  }

  isFailing(): boolean {
    return this.#cancelProbe !== undefined;
  }

  abandon(attemptId: AttemptId): void {
    try {
      if (this.#recording(attemptId, 'terminal').ending !== 'open') return;
    } catch (error) {
      this.#failed(error);
    }
    this.#end(attemptId, 'abandoned');
  }

  unfinished(): AttemptId[] {
    return [...this.#unfinished];
  }

  watch(attemptId: AttemptId, stream: Stream, from: number, watcher: Watcher): Watch {
    return this.#recording(attemptId, stream).watch(from, watcher);
  }

  times(attemptId: AttemptId): TerminalTimes {
    const { times } = this.#recording(attemptId, 'terminal').log;
    if (!times) throw new Error('a terminal is recorded without times');
    return times;
  }

  async transcriptTimes(attemptId: AttemptId): Promise<TerminalMoment[]> {
    return await readTimes(this.file(attemptId, 'transcript'));
  }

  file(attemptId: AttemptId, stream: Stream): string {
    return path.join(this.#folder(attemptId), FILES[stream]);
  }

  async close(): Promise<void> {
    this.#cancelProbe?.();
    for (const recording of this.#known.values()) recording.close();
    this.#known.clear();
    this.#open.clear();
  }

  /** Before the first byte, and before one that comes after all. */
  #begin(attemptId: AttemptId, recording: Recording): void {
    // Bytes that were there and got lost: it stays what it is.
    if (recording.ending === 'finished') return;
    if (!this.#unfinished.has(attemptId)) {
      writeFileSync(path.join(this.#options.dir, UNFINISHED, attemptId), '');
      this.#unfinished.add(attemptId);
    }
    if (recording.ending === 'open') return;
    rmSync(path.join(this.#folder(attemptId), ENDING), { force: true });
    for (const stream of STREAMS) this.#recording(attemptId, stream).end('open');
  }

  #end(attemptId: AttemptId, ending: Exclude<Ending, 'open'>): boolean {
    try {
      const streams = STREAMS.map((stream) => this.#recording(attemptId, stream));
      const lengths = streams.map(({ log }) => log.end);
      // The agent throws its own copy away when the attempt's end is acknowledged, which comes after this.
      if (ending === 'finished') for (const { log } of streams) log.sync();
      mkdirSync(this.#folder(attemptId), { recursive: true, mode: 0o700 });
      writeFileSync(path.join(this.#folder(attemptId), ENDING), [ending, ...lengths].join(' '));
      if (ending === 'finished') this.#syncFolders(attemptId);
      for (const recording of streams) {
        recording.end(ending);
        recording.log.close();
        this.#open.delete(recording);
      }
      rmSync(path.join(this.#options.dir, UNFINISHED, attemptId), { force: true });
      this.#unfinished.delete(attemptId);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** A file that is synced is lost all the same if its name is not. */
  #syncFolders(attemptId: AttemptId): void {
    if (process.platform === 'win32') return;
    const own = this.#folder(attemptId);
    for (const folder of [own, path.dirname(own), this.#options.dir]) {
      const fd = openSync(folder, 'r');
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    }
  }

  #folder(attemptId: AttemptId): string {
    return path.join(this.#options.dir, taskIdOfAttempt(attemptId), attemptId);
  }

  #recording(attemptId: AttemptId, stream: Stream): Recording {
    const key = `${attemptId} ${stream}`;
    const recording = this.#known.get(key) ?? this.#load(attemptId, stream);
    this.#known.delete(key);
    this.#known.set(key, recording);
    this.#forget();
    return recording;
  }

  #load(attemptId: AttemptId, stream: Stream): Recording {
    const file = this.file(attemptId, stream);
    const { clock } = this.#options;
    const log = stream === 'terminal' ? openCastLog(file, clock) : openRawLog(file, clock);
    const ended = readEnding(path.join(this.#folder(attemptId), ENDING), stream);
    return new Recording(log, ended, (error) => this.#options.onProblem?.(error));
  }

  #forget(): void {
    if (this.#known.size <= MOST_KNOWN) return;
    for (const [key, recording] of this.#known) {
      if (recording.isWatched) continue;
      recording.close();
      this.#known.delete(key);
      this.#open.delete(recording);
      return;
    }
  }

  #noteOpen(recording: Recording): void {
    this.#open.delete(recording);
    if (recording.log.isOpen) this.#open.add(recording);
    if (this.#open.size <= MOST_OPEN) return;
    for (const oldest of this.#open) {
      oldest.log.close();
      this.#open.delete(oldest);
      return;
    }
  }

  #failed(error: unknown): void {
    if (this.#cancelProbe) return;
    this.#options.onProblem?.(error instanceof Error ? error : new Error(String(error)));
    this.#probeLater();
  }

  /** Nobody appends while nothing is acknowledged: someone has to see that there is room again. */
  #probeLater(): void {
    this.#cancelProbe = this.#options.clock.after(PROBE_MS, () => {
      this.#cancelProbe = undefined;
      if (!this.#hasRoom()) return this.#probeLater();
      this.#options.onRoom?.();
    });
  }

  #hasRoom(): boolean {
    const probe = path.join(this.#options.dir, '.probe');
    try {
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES));
      return true;
    } catch {
      // Still full: asked again later.
      return false;
    } finally {
      rmSync(probe, { force: true });
    }
  }
}

/** The word, then the bytes of each stream. An empty file was written by a version that knew one ending only. */
function readEnding(file: string, stream: Stream): Ended {
  try {
    const [word = '', ...lengths] = readFileSync(file, 'utf8').split(' ');
    const length = Number(lengths[STREAMS.indexOf(stream)] ?? Infinity);
    return { ending: word === 'abandoned' ? 'abandoned' : 'finished', length };
  } catch {
    // None: more is to come.
    return { ending: 'open', length: Infinity };
  }
}
