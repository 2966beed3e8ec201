/**
 * Brings a build into the home: downloads it in as many pieces as the line needs, unpacks it, compares it with what it must
 * be, and says last that it is whole. What did not become whole is removed.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../clock.ts';
import { freeBytes, mebibytes, messageOf, saysDiskFull } from '../failure.ts';
import { markValid, readValid } from '../host/builds.ts';
import { buildPlace, EXECUTABLE, type Home } from '../host/home.ts';
import { UpdateError, type UpdateOrder } from './orders.ts';

/** Reads a path of the coordinator's own address from a byte on. @throws Error when it cannot be read */
export type ReadFrom = (
  place: string,
  from: number,
  signal: AbortSignal,
) => Promise<AsyncIterable<Buffer>>;

export interface FetchDeps {
  readonly home: Home;
  readonly readFrom: ReadFrom;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Left free for what attempts write meanwhile. */
const SPARE_BYTES = 32 * 1024 * 1024;
/** Pauses between tries without a byte of progress, ms. */
const PAUSES = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000];

/** Resolves when the build is whole in the home. @throws UpdateError, or the signal's reason */
export async function fetchBuild(order: UpdateOrder, deps: FetchDeps): Promise<void> {
  const { home } = deps;
  const { build, version, size, sha256 } = order;
  const there = await readValid(home, build, true);
  if (there?.sha256 === sha256) return;
  const place = buildPlace(home, build);
  await rm(place.dir, { recursive: true, force: true });
  await rm(place.partial, { recursive: true, force: true });
  try {
    // Packed and unpacked lie beside each other for a moment; packed is always the smaller.
    await needRoom(home.versions, size * 2);
    await mkdir(place.partial, { recursive: true });
    const packed = path.join(place.partial, 'koubou.gz');
    await download(order.path, packed, deps);
    await unpack(packed, path.join(place.partial, EXECUTABLE), order, deps.signal);
    await rm(packed);
    await rename(place.partial, place.dir);
    await markValid(home, { sha256, size, version, build });
  } catch (error) {
    await rm(place.partial, { recursive: true, force: true });
    if (saysDiskFull(messageOf(error)))
      throw new UpdateError(fullSentence(home.versions), { cause: error });
    throw error;
  }
}

async function needRoom(dir: string, bytes: number): Promise<void> {
  const free = await freeBytes(dir);
  const needed = bytes + SPARE_BYTES;
  if (free >= needed) return;
  throw new UpdateError(
    `the update needs ${mebibytes(needed)} MB free at ${dir}, and there are ${mebibytes(free)} MB. Make room there, then update it again`,
  );
}

function fullSentence(dir: string): string {
  return `the disk at ${dir} became full during the update. Make room there, then update it again`;
}

async function download(
  from: string,
  file: string,
  { readFrom, clock, signal }: FetchDeps,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    const had = await sizeOf(file);
    try {
      await append(await readFrom(from, had, signal), file, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UpdateError || saysDiskFull(messageOf(error))) throw error;
      if ((await sizeOf(file)) > had) tries = 0;
      const ms = PAUSES[tries];
      if (ms === undefined)
        throw new UpdateError(`the new build cannot be downloaded: ${messageOf(error)}`, {
          cause: error,
        });
      await pause(clock, ms, signal);
      signal.throwIfAborted();
    }
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

async function append(
  bytes: AsyncIterable<Buffer>,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  await pipeline(bytes, createWriteStream(file, { flags: 'a', mode: 0o600 }), { signal });
}

async function unpack(
  packed: string,
  file: string,
  { size, sha256, build }: UpdateOrder,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      hash.update(chunk);
      // A bomb is not unpacked to its end.
      done(
        bytes > size ? new UpdateError(`build ${build} is larger than it was said to be`) : null,
        chunk,
      );
    },
  });
  try {
    await pipeline(
      createReadStream(packed),
      createGunzip(),
      measure,
      createWriteStream(file, { mode: 0o755 }),
      { signal },
    );
  } catch (error) {
    if (isZip(error))
      throw new UpdateError(`what came of build ${build} cannot be unpacked`, { cause: error });
    throw error;
  }
  if (bytes !== size || hash.digest('hex') !== sha256)
    throw new UpdateError(`what came of build ${build} is not what it was said to be (SHA-256)`);
  await chmod(file, 0o755);
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isZip(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
