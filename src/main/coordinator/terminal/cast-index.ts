/**
 * `terminal.idx`: places of a recording about every 64 kB, so that a replay from any offset is a seek and a short scan. Records of
 * 24 bytes: offset, position in the cast, elapsed ms, each an unsigned 64-bit big-endian number; the highest bits of the last
 * are the modes of the terminal. It can be lost or cut short without harm: the scan is then longer.
 */
import { openSync, readSync, closeSync, fstatSync } from 'node:fs';
import type { CastPlace } from './cast-scan.ts';
import { logFile, type LogFile } from './log-file.ts';
import { MODE_BITS } from './modes.ts';

const RECORD = 24;
const EVERY = 64 * 1024;
const MODES_AT = BigInt(64 - MODE_BITS);

export interface CastIndex {
  /** Notes a place when the last one is far enough away. */
  note(place: CastPlace): void;
  /** The last known place at or before an offset. */
  before(offset: number): CastPlace | undefined;
  /** The last known place that was printed at or before a time, in ms since the first event. */
  beforeTime(elapsed: number): CastPlace | undefined;
  /** Every known place, in order. */
  all(): readonly CastPlace[];
  close(): void;
}

/** @param isPlace false for a place where the recording is not whole (any more) */
export function openCastIndex(file: string, isPlace: (place: CastPlace) => boolean): CastIndex {
  const all = readPlaces(file);
  const fall = all.findIndex((place, i) => !isAfter(place, all[i - 1]));
  const places = fall < 0 ? all : all.slice(0, fall);
  for (let last = places.at(-1); last && !isPlace(last); last = places.at(-1)) places.pop();
  const log = logFile(file, places.length * RECORD);
  if (places.length < all.length) log.truncate(log.size);
  return new Index(log, places);
}

class Index implements CastIndex {
  readonly #file: LogFile;
  readonly #places: CastPlace[];

  constructor(file: LogFile, places: CastPlace[]) {
    this.#file = file;
    this.#places = places;
  }

  note(place: CastPlace): void {
    if (place.offset - (this.#places.at(-1)?.offset ?? 0) < EVERY) return;
    const record = Buffer.alloc(RECORD);
    record.writeBigUInt64BE(BigInt(place.offset), 0);
    record.writeBigUInt64BE(BigInt(place.position), 8);
    const modes = BigInt(place.modes) << MODES_AT;
    record.writeBigUInt64BE(modes | BigInt(Math.round(place.elapsed)), 16);
    try {
      this.#file.append(record);
      this.#places.push(place);
    } catch {
      // The recording itself has its own error; without this place, a scan is longer.
    }
  }

  before(offset: number): CastPlace | undefined {
    return this.#last((place) => place.offset <= offset);
  }

  beforeTime(elapsed: number): CastPlace | undefined {
    return this.#last((place) => place.elapsed <= elapsed);
  }

  all(): readonly CastPlace[] {
    return this.#places;
  }

  close(): void {
    this.#file.close();
  }

  /** The last of those that come first and for which something holds. */
  #last(holds: (place: CastPlace) => boolean): CastPlace | undefined {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = this.#places[middle];
      if (place && holds(place)) low = middle + 1;
      else high = middle;
    }
    return this.#places[low - 1];
  }
}

function isAfter(place: CastPlace, last: CastPlace | undefined): boolean {
  return last === undefined || (place.offset > last.offset && place.position > last.position);
}

function readPlaces(file: string): CastPlace[] {
  const data = readAll(file);
  return Array.from({ length: Math.floor(data.length / RECORD) }, (_, i) => {
    const last = data.readBigUInt64BE(i * RECORD + 16);
    return {
      offset: Number(data.readBigUInt64BE(i * RECORD)),
      position: Number(data.readBigUInt64BE(i * RECORD + 8)),
      elapsed: Number(BigInt.asUintN(Number(MODES_AT), last)),
      modes: Number(last >> MODES_AT),
    };
  });
}

function readAll(file: string): Buffer {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const data = Buffer.alloc(fstatSync(fd).size);
    return data.subarray(0, readSync(fd, data));
  } catch {
    // No index, or none that can be read: scans start at the beginning.
    return Buffer.alloc(0);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
