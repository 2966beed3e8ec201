/** A terminal recording: `terminal.cast` in the form of `cast.ts`, with its index beside it. */
import { statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { openCastIndex, type CastIndex } from './cast-index.ts';
import { CAST_START, scanCast, type CastPlace, type CastScan } from './cast-scan.ts';
import { castTimes } from './cast-times.ts';
import { beganOf, castHeader, encodeCast, type CastSize } from './cast.ts';
import { logFile, type LogFile } from './log-file.ts';
import { readModes, type ModesReader } from './modes.ts';
import type { TerminalTimes } from './port.ts';
import type { StreamLog, StreamReader } from './stream-log.ts';

const PIECE = 128 * 1024;
const LINE_FEED = 0x0a;
/** A header is shorter. */
const HEADER_MOST = 1_024;
/** A pause of the coordinator that is longer is shown as so long: its wall clock may have been set meanwhile. */
const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1_000;

/** Opens a recording as the last append left it: what a crash tore off at its end is cut. */
export function openCastLog(file: string, clock: Clock, castSize?: CastSize): StreamLog {
  const size = sizeOf(file);
  const log = logFile(file, size);
  const index = openCastIndex(path.join(path.dirname(file), 'terminal.idx'), (place) =>
    isLineStart(log, place),
  );
  const place = index.before(Number.MAX_SAFE_INTEGER) ?? CAST_START;
  const scan = scanCast(place);
  const modes = readModes(place.modes);
  if (size > 0) recover(log, scan, modes);
  index.close();
  return new CastLog(log, index, { scan, modes, clock, castSize });
}

interface Begun {
  readonly scan: CastScan;
  readonly modes: ModesReader;
  readonly clock: Clock;
  readonly castSize: CastSize | undefined;
}

class CastLog implements StreamLog {
  readonly times: TerminalTimes;
  end: number;
  readonly #file: LogFile;
  readonly #index: CastIndex;
  readonly #clock: Clock;
  readonly #size: CastSize | undefined;
  readonly #modes: ModesReader;
  /** Monotonic time of the first event. */
  #start: number;
  /** The same by the wall clock; `null` before it. */
  #began: number | null;
  #elapsed: number;
  #carry: Uint8Array;

  constructor(file: LogFile, index: CastIndex, { scan, modes, clock, castSize }: Begun) {
    this.#size = castSize;
    const { offset, elapsed, carry } = scan;
    this.#modes = modes;
    this.#file = file;
    this.#index = index;
    this.#clock = clock;
    this.end = offset;
    this.#elapsed = elapsed;
    this.#carry = carry;
    this.#began = file.size === 0 ? null : readBegan(file);
    // While nobody listened the time went on: else what is printed from now on would seem to have been printed then.
    const away = this.#began === null ? 0 : clock.now() - this.#began - elapsed;
    this.#start = clock.monotonic() - elapsed - Math.min(LONGEST_PAUSE_MS, Math.max(0, away));
    this.times = castTimes(() => ({
      file,
      index,
      end: this.end,
      elapsed: this.#elapsed,
      began: this.#began,
    }));
  }

  get isOpen(): boolean {
    return this.#file.isOpen;
  }

  append(bytes: Uint8Array): void {
    const isFirst = this.#file.size === 0;
    const now = this.#clock.now();
    if (isFirst) this.#start = this.#clock.monotonic();
    const elapsed = Math.max(this.#elapsed, Math.round(this.#clock.monotonic() - this.#start));
    const { lines, carry, isTimed } = encodeCast(this.#carry, bytes, elapsed - this.#elapsed);
    const header = isFirst ? [Buffer.from(castHeader(now, this.#size))] : [];
    this.#file.append(header.length === 0 ? lines : Buffer.concat([...header, lines]));
    if (isFirst) this.#began = now;
    if (isTimed) this.#elapsed = elapsed;
    this.#carry = carry;
    this.end += bytes.length;
    this.#modes.take(bytes);
    const { modes, isCut } = this.#modes;
    if (carry.length === 0 && !isCut)
      this.#index.note({ offset: this.end, position: this.#file.size, elapsed, modes });
  }

  reader(from: number): StreamReader {
    return new CastReader(this.#file, this.#index.before(from) ?? CAST_START, from);
  }

  sync(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
    this.#index.close();
  }
}

class CastReader implements StreamReader {
  readonly #log: LogFile;
  readonly #scan: CastScan;
  readonly #buffer = Buffer.allocUnsafe(PIECE);
  #handle: FileHandle | undefined;
  #position: number;
  /** Bytes to leave out until the wanted offset. */
  #before: number;
  #ready: Uint8Array[] = [];

  constructor(log: LogFile, place: CastPlace, from: number) {
    this.#log = log;
    this.#scan = scanCast(place);
    this.#position = place.position;
    this.#before = from - place.offset;
  }

  async next(most: number): Promise<Uint8Array> {
    while (this.#ready.length === 0 && this.#position < this.#log.size) {
      this.#handle ??= await open(this.#log.path, 'r');
      const length = Math.min(PIECE, this.#log.size - this.#position);
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, length, this.#position);
      if (bytesRead === 0) throw new Error(`${this.#log.path} is shorter than it was`);
      this.#position += bytesRead;
      const isWhole = this.#scan.take(this.#buffer.subarray(0, bytesRead), (bytes) =>
        this.#printed(bytes),
      );
      if (!isWhole) throw new Error(`${this.#log.path} is damaged before byte ${this.#position}`);
    }
    return this.#take(most);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  #printed(bytes: Uint8Array): void {
    const left = bytes.subarray(Math.min(this.#before, bytes.length));
    this.#before -= bytes.length - left.length;
    if (left.length > 0) this.#ready.push(left);
  }

  #take(most: number): Uint8Array {
    const taken: Uint8Array[] = [];
    let room = most;
    while (room > 0) {
      const [first] = this.#ready;
      if (!first) break;
      taken.push(first.subarray(0, room));
      if (first.length > room) this.#ready[0] = first.subarray(room);
      else this.#ready.shift();
      room -= Math.min(room, first.length);
    }
    return taken.length === 1 ? (taken[0] ?? Buffer.alloc(0)) : Buffer.concat(taken);
  }
}

/** Finds the end of what is whole, and cuts off the rest. */
function recover(log: LogFile, scan: CastScan, modes: ModesReader): void {
  const piece = Buffer.allocUnsafe(PIECE);
  let { position } = scan;
  for (;;) {
    const read = log.read(piece, position);
    if (read <= 0 || !scan.take(piece.subarray(0, read), (bytes) => modes.take(bytes))) break;
    position += read;
  }
  if (scan.position < log.size) log.truncate(scan.position);
  log.close();
}

function readBegan(log: LogFile): number | null {
  const start = Buffer.alloc(HEADER_MOST);
  const [header = ''] = start.subarray(0, log.read(start, 0)).toString().split('\n', 1);
  log.close();
  return beganOf(header);
}

function isLineStart(log: LogFile, { position }: CastPlace): boolean {
  const before = Buffer.alloc(1);
  return position <= log.size && log.read(before, position - 1) === 1 && before[0] === LINE_FEED;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
