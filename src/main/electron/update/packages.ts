/**
 * The packages that are kept: the one that is to be installed, and those for the way back, each with the signed feed that
 * names it. Nothing is installed from here that is not, at that moment, what the feed says.
 * `<dir>/VERSION/{feed.yml, feed.yml.sig, FILE}`
 */
import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readFeed, type Feed, type FeedFile, type Fetched } from './feed.ts';
import { VERSION } from './versions.ts';

export interface KeptPackage {
  readonly version: string;
  readonly file: string;
  /** What is known of it, signed. */
  readonly feed: Feed;
  readonly listed: FeedFile;
}

/** What a package is looked for with. */
export interface Wanted {
  readonly key: KeyObject;
  readonly platform: string;
  /** Which of the files of a version this installation takes. */
  readonly pick: (feed: Feed) => FeedFile | undefined;
}

export interface Packages {
  has(version: string): boolean;
  /** `null`: there is none, or it is not what was signed. */
  find(version: string): Promise<KeptPackage | null>;
  /** A file that lies beside the packages is moved, any other one copied. */
  keep(version: string, fetched: Fetched, file: string): Promise<void>;
  /** Removes all others. */
  prune(versions: readonly (string | undefined)[]): Promise<void>;
}

export function openPackages(dir: string, { key, platform, pick }: Wanted): Packages {
  const at = (version: string, name: string): string => path.join(dir, version, name);
  const versions = (): string[] =>
    existsSync(dir) ? readdirSync(dir).filter((name) => VERSION.test(name)) : [];

  return {
    has: (version) => versions().includes(version),
    async find(version) {
      try {
        const [feed, signature] = await Promise.all([
          readFile(at(version, 'feed.yml')),
          readFile(at(version, 'feed.yml.sig')),
        ]);
        const read = readFeed(
          { feed, signature },
          key,
          { platform, channel: 'stable', version },
          0,
        );
        const listed = read.ok ? pick(read.value) : undefined;
        if (!listed) return null;
        const file = at(version, listed.url);
        if (!read.ok || (await sha512Of(file)) !== listed.sha512) return null;
        return { version, file, feed: read.value, listed };
      } catch {
        // Not kept, or only a part of it: as good as none.
        return null;
      }
    },
    async keep(version, { feed, signature }, file) {
      await rm(path.join(dir, version), { recursive: true, force: true });
      await mkdir(path.join(dir, version), { recursive: true, mode: 0o700 });
      await writeFile(at(version, 'feed.yml'), feed);
      await writeFile(at(version, 'feed.yml.sig'), signature);
      const to = at(version, path.basename(file));
      await (path.dirname(file) === dir ? rename(file, to) : copyFile(file, to));
    },
    async prune(wanted) {
      for (const version of versions()) {
        if (!wanted.includes(version))
          await rm(path.join(dir, version), { recursive: true, force: true });
      }
    },
  };
}

/** SHA-512 of a file, in base64. */
async function sha512Of(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64');
}
