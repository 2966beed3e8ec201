/**
 * When a recorded terminal printed what: from a time to the place in the output, and back, by a seek in the index and a
 * short scan behind it, so that a large recording is never read from its beginning.
 */
import { open } from 'node:fs/promises';
import type { CastIndex } from './cast-index.ts';
import { CAST_START, scanCast, type CastPlace } from './cast-scan.ts';
import type { LogFile } from './log-file.ts';
import { readModes, sequenceOf } from './modes.ts';
import type { TerminalMoment, TerminalPace, TerminalTimes } from './port.ts';

/** What the times are looked up in. */
export interface TimesSource {
  readonly file: LogFile;
  readonly index: CastIndex;
  /** Bytes printed, and when the last of them were (ms since the first). */
  readonly end: number;
  readonly elapsed: number;
  /** When the first was printed, epoch ms; `null` when nothing is recorded. */
  readonly began: number | null;
}

const PIECE = 128 * 1024;
/** Closer together than the eye sees, events are one. */
const SAME_MS = 16;
/** Of one page of `pace`: whichever is reached first. In a burst, many bytes are few places. */
const MOST_PLACES = 4_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** Larger recordings are summed up from their index: one place for every 64 kB. */
const SMALL_BYTES = 4 * 1024 * 1024;

/** @param source the recording as it is now, asked anew with every call */
export function castTimes(source: () => TimesSource): TerminalTimes {
  return {
    range() {
      const { began, end, elapsed } = source();
      if (began === null) return null;
      return { first: { offset: 0, at: began }, last: { offset: end, at: began + elapsed } };
    },
    atTime: (at) => atTime(source(), at),
    atOffset: (offset) => atOffset(source(), offset),
    pace: (from) => pace(source(), from),
    modesAt: (offset) => modesAt(source(), offset),
    activity: (buckets) => activity(source(), buckets),
  };
}

async function atTime(source: TimesSource, at: number): Promise<TerminalMoment> {
  const began = source.began ?? at;
  const wanted = at - began;
  if (source.began === null || wanted < 0) return { offset: 0, at: began };
  if (wanted >= source.elapsed) return { offset: source.end, at: began + source.elapsed };
  const place = source.index.beforeTime(wanted) ?? CAST_START;
  let { offset, elapsed } = place;
  await scan(source, place, (printed) => {
    if (printed.elapsed > wanted) return false;
    ({ offset, elapsed } = printed);
    return true;
  });
  return { offset, at: began + elapsed };
}

async function atOffset(source: TimesSource, offset: number): Promise<TerminalMoment> {
  const began = source.began ?? 0;
  if (offset >= source.end) return { offset: source.end, at: began + source.elapsed };
  let found = began;
  await scan(source, source.index.before(offset) ?? CAST_START, (printed) => {
    found = began + printed.elapsed;
    return printed.offset <= offset;
  });
  return { offset, at: found };
}

async function pace(source: TimesSource, from: number): Promise<TerminalPace> {
  const began = source.began ?? 0;
  const places: TerminalMoment[] = [];
  let isFull = false;
  await scan(source, source.index.before(from) ?? CAST_START, ({ offset, elapsed }) => {
    if (offset <= from) return true;
    const at = began + elapsed;
    const last = places.at(-1);
    if (last && at - last.at < SAME_MS) places[places.length - 1] = { offset, at: last.at };
    else if (places.length === MOST_PLACES) isFull = true;
    else places.push({ offset, at });
    isFull ||= offset - from >= MOST_BYTES && offset < source.end;
    return !isFull;
  });
  return { places, next: isFull ? (places.at(-1)?.offset ?? null) : null };
}

async function modesAt(source: TimesSource, offset: number): Promise<string> {
  const place = source.index.before(offset) ?? CAST_START;
  const modes = readModes(place.modes);
  let last = place.offset;
  await scan(source, place, (printed) => {
    modes.take(printed.bytes.subarray(0, Math.max(0, offset - last)));
    last = printed.offset;
    return last < offset;
  });
  return sequenceOf(modes.modes);
}

async function activity(source: TimesSource, buckets: number): Promise<number[]> {
  const sums = Array.from({ length: buckets }, () => 0);
  const width = Math.max(1, source.elapsed) / buckets;
  const bucketOf = (elapsed: number): number =>
    Math.min(buckets - 1, Math.max(0, Math.floor(elapsed / width)));
  const add = (bucket: number, bytes: number): void => {
    sums[bucket] = (sums[bucket] ?? 0) + bytes;
  };
  let last: Pick<CastPlace, 'offset' | 'elapsed'> = CAST_START;
  if (source.end <= SMALL_BYTES) {
    await scan(source, CAST_START, (printed) => {
      add(bucketOf(printed.elapsed), printed.offset - last.offset);
      last = printed;
      return true;
    });
    return sums;
  }
  for (const place of [...source.index.all(), { offset: source.end, elapsed: source.elapsed }]) {
    const [first, until] = [bucketOf(last.elapsed), bucketOf(place.elapsed)];
    const share = (place.offset - last.offset) / (until - first + 1);
    for (let bucket = first; bucket <= until; bucket++) add(bucket, Math.round(share));
    last = place;
  }
  return sums;
}

interface Printed {
  /** Bytes printed with this event and all before. */
  readonly offset: number;
  readonly elapsed: number;
  readonly bytes: Uint8Array;
}

/** Walks over what was printed from a place on, until `visit` has seen enough (false). */
async function scan(
  { file }: TimesSource,
  from: CastPlace,
  visit: (printed: Printed) => boolean,
): Promise<void> {
  if (file.size <= from.position) return;
  const walk = scanCast(from);
  const handle = await open(file.path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(PIECE);
    let { position, offset } = from;
    let goesOn = true;
    while (goesOn && position < file.size) {
      const length = Math.min(PIECE, file.size - position);
      const { bytesRead } = await handle.read(buffer, 0, length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      const isWhole = walk.take(buffer.subarray(0, bytesRead), (bytes) => {
        offset += bytes.length;
        if (goesOn) goesOn = visit({ offset, elapsed: walk.elapsed, bytes });
      });
      // What is damaged is found by whoever reads the bytes, and told there.
      if (!isWhole) return;
    }
  } finally {
    await handle.close();
  }
}
