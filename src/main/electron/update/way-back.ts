/** Where the way back leads, and which backup it needs: by what the data folder says of who brought its data forward. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DataVersions, VERSIONS_FILE } from '../../../shared/data-dir.ts';
import type { WayBack } from '../../../shared/update.ts';
import type { MemoryFile } from './memory.ts';
import type { Packages } from './packages.ts';
import { compareVersions, VERSION } from './versions.ts';

export interface WayBackDeps {
  /** Of this app. */
  readonly version: string;
  readonly memory: MemoryFile;
  readonly packages: Pick<Packages, 'has'>;
  readonly dataDir: string;
}

/** `null`: this version replaced none, or was put there by hand. */
export function findWayBack(deps: WayBackDeps): WayBack | null {
  const { version, memory, packages, dataDir } = deps;
  const { from } = memory.get();
  if (from === undefined || from === version) return null;
  const versions = readVersions(dataDir);
  return {
    version: from,
    isKept: packages.has(from),
    backup: versions === null ? null : backupFor(versions, from),
  };
}

/** The backup of before the first version later than `version` brought the data forward. */
export function backupFor({ migrations }: DataVersions, version: string): string | null {
  const first = migrations.find(({ by }) => VERSION.test(by) && compareVersions(by, version) > 0);
  return first?.backup ?? null;
}

function readVersions(dataDir: string): DataVersions | null {
  try {
    return DataVersions.parse(JSON.parse(readFileSync(path.join(dataDir, VERSIONS_FILE), 'utf8')));
  } catch {
    // Data that nobody brought forward yet.
    return null;
  }
}
