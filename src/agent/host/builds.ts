/**
 * The builds in a home: which of them are whole, which one runs, which were refused here. `valid.json` is written last, so
 * a build that has it was complete and checked once; `current` always leads to such a one.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { realDisk, type Disk } from './durable.ts';
import { BuildId, buildPlace, type Home } from './home.ts';

export const Valid = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().min(1),
  version: z.string().max(100),
  build: BuildId,
});
/** What the executable of a build must be. */
export type Valid = z.infer<typeof Valid>;

/** Builds kept beside the one that runs. */
const KEEP_OLDER = 2;

/** Says that a build is whole: the last thing that is written of it. */
export async function markValid(home: Home, valid: Valid, disk: Disk = realDisk): Promise<void> {
  const text = `${JSON.stringify(Valid.parse(valid), null, 2)}\n`;
  await disk.write(buildPlace(home, valid.build).valid, text, 0o644);
}

/**
 * What a build is, when it is whole.
 * @param thorough whether to read all of it; else only its size is compared
 */
export async function readValid(
  home: Home,
  build: string,
  thorough = false,
): Promise<Valid | null> {
  if (!BuildId.safeParse(build).success) return null;
  const { executable, valid: file } = buildPlace(home, build);
  const valid = Valid.safeParse(await readJson(file)).data;
  if (valid?.build !== build) return null;
  const found = await stat(executable).catch(() => null);
  if (found?.isFile() !== true || found.size !== valid.size) return null;
  return thorough && (await hashFile(executable)) !== valid.sha256 ? null : valid;
}

/** SHA-256 of a file, hexadecimal digits. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Every whole build, the one that came last first. */
export async function listBuilds(home: Home): Promise<Valid[]> {
  const names = await readdir(home.versions).catch(() => []);
  const found: { readonly valid: Valid; readonly at: number }[] = [];
  for (const name of names) {
    const valid = await readValid(home, name);
    if (valid === null) continue;
    const { mtimeMs } = await stat(buildPlace(home, name).valid);
    found.push({ valid, at: mtimeMs });
  }
  return found.toSorted((a, b) => b.at - a.at).map(({ valid }) => valid);
}

/** What `current` leads to, whole or not; `null`: nothing. */
export async function currentBuild(home: Home): Promise<string | null> {
  const target = await readlink(home.current).catch(() => null);
  return target === null ? null : path.basename(target);
}

/** The build to run: the current one when it is whole, else the newest whole one that was not refused. */
export async function pickCurrent(home: Home): Promise<Valid | null> {
  const current = await currentBuild(home);
  const valid = current === null ? null : await readValid(home, current);
  if (valid !== null) return valid;
  const refused = await readRefused(home);
  const builds = await listBuilds(home);
  return builds.find(({ build }) => !refused.has(build)) ?? builds[0] ?? null;
}

export async function setCurrent(home: Home, build: string, disk: Disk = realDisk): Promise<void> {
  await disk.link(path.join('versions', BuildId.parse(build)), home.current);
}

/** Removes whole builds beyond the current one, the one that ran before it, and one more. */
export async function pruneBuilds(
  home: Home,
  before: string | null,
  disk: Disk = realDisk,
): Promise<void> {
  const current = await currentBuild(home);
  const older = (await listBuilds(home)).filter(({ build }) => build !== current);
  // What ran last is known to run here, however old it is.
  const best = older.toSorted((a, b) => Number(b.build === before) - Number(a.build === before));
  for (const { build } of best.slice(KEEP_OLDER)) {
    const place = buildPlace(home, build);
    // It counts no more before it is no more.
    await disk.remove(place.valid);
    await disk.remove(place.dir);
  }
}

const Refused = z.record(z.string(), z.string());

/** Builds that failed here, with why. */
export async function readRefused(home: Home): Promise<ReadonlyMap<string, string>> {
  return new Map(Object.entries(Refused.safeParse(await readJson(home.refused)).data ?? {}));
}

/** Notes that a build failed here: it is never tried again on this host. */
export async function refuseBuild(
  home: Home,
  build: string,
  why: string,
  disk: Disk = realDisk,
): Promise<void> {
  const all = { ...Object.fromEntries(await readRefused(home)), [build]: why };
  await disk.write(home.refused, `${JSON.stringify(all, null, 2)}\n`, 0o644);
}

const Next = z.object({
  build: BuildId,
  /** How often it was begun; more than twice is too often. */
  tries: z.int().min(0).default(0),
});
export type Next = z.infer<typeof Next>;

/** The build that the agent leaves its place to: written by the agent, taken up by its keeper when the agent ended. */
export async function writeNext(home: Home, next: Next, disk: Disk = realDisk): Promise<void> {
  await disk.write(home.next, `${JSON.stringify(Next.parse(next))}\n`);
}

export async function readNext(home: Home): Promise<Next | null> {
  return Next.safeParse(await readJson(home.next)).data ?? null;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Missing or torn is the same to all who ask: it says nothing.
    return null;
  }
}
