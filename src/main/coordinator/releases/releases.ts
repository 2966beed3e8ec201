/**
 * The executables that machines are made agents with, as `npm run build:koubou` left them: read from the manifest beside
 * them whenever it is asked, since a build may come in while the coordinator runs.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Platform } from '../../../shared/platform.ts';

const Packed = z.object({
  file: z.string(),
  /** Bytes. */
  size: z.int().min(1),
  sha256: z.hash('sha256'),
});

const Manifest = z.object({
  version: z.string(),
  build: z.string(),
  protocol: z.int(),
  executables: z.array(Packed.extend({ platform: Platform, gzip: Packed })),
});

/** One executable. */
export interface Release {
  readonly version: string;
  /** Names the content, the same on every platform. */
  readonly build: string;
  readonly protocol: number;
  readonly platform: Platform;
  /** What it is called on its machine. */
  readonly name: string;
  /** Of the executable itself. */
  readonly size: number;
  readonly sha256: string;
  readonly gzip: {
    /** Absolute path. */
    readonly file: string;
    readonly size: number;
    readonly sha256: string;
  };
}

export interface Releases {
  /** All of one build; empty when none was built. */
  list(): Release[];
  find(platform: Platform): Release | null;
}

/** Where there is no manifest, or a damaged one, nothing was built as far as anybody is concerned. */
export function openReleases(dir: string): Releases {
  function list(): Release[] {
    const manifest = readManifest(path.join(dir, 'manifest.json'));
    if (!manifest) return [];
    const { version, build, protocol, executables } = manifest;
    return executables
      .map(({ platform, file, size, sha256, gzip }) => ({
        ...{ version, build, protocol, platform, size, sha256 },
        name: path.basename(file),
        gzip: { ...gzip, file: path.join(dir, gzip.file) },
      }))
      .filter(({ gzip }) => existsSync(gzip.file));
  }
  return {
    list,
    find: (platform) => list().find((release) => release.platform === platform) ?? null,
  };
}

function readManifest(file: string): z.infer<typeof Manifest> | undefined {
  try {
    return Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
