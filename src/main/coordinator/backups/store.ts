/**
 * The folder of backups: `<data>/backups/NAME/{koubou.db,manifest.json}`. A folder with a proper name and a manifest is a
 * whole backup, for it got its name last; anything else is what a kill left, and goes.
 */
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Backup } from '../../../shared/upkeep.ts';

export const BACKUPS_DIR = 'backups';
export const MANIFEST_FILE = 'manifest.json';

export interface BackupStore {
  readonly dir: string;
  /** Newest first. */
  list(): Backup[];
  /** The database file of a backup. */
  fileOf(name: string): string;
  /** The name of a backup made now; none has it yet. @param now epoch ms */
  freeName(now: number): string;
  /** Makes the folder of backups, and removes what unfinished ones left. */
  tidy(): void;
  /** Removes all but the newest `keep`, and those of before a migration. */
  prune(keep: number): void;
}

export function openBackupStore(dataDir: string): BackupStore {
  const dir = path.join(dataDir, BACKUPS_DIR);
  const isFolder = (): boolean => statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const names = (): string[] => (isFolder() ? readdirSync(dir) : []);
  const list = (): Backup[] =>
    names()
      .flatMap((name) => readManifest(path.join(dir, name), name) ?? [])
      .toSorted((a, b) => b.at - a.at || b.seq - a.seq || (a.name < b.name ? 1 : -1));
  return {
    dir,
    list,
    fileOf: (name) => path.join(dir, name, 'koubou.db'),
    freeName(now) {
      const base = `${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
      for (let n = 1; ; n++) {
        const name = n === 1 ? base : `${base}-${n}`;
        if (!existsSync(path.join(dir, name))) return name;
      }
    },
    tidy() {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      for (const name of names())
        if (name.endsWith('.tmp')) rmSync(path.join(dir, name), { recursive: true, force: true });
    },
    prune(keep) {
      const usual = list().filter(({ name }) => !name.includes('-before-'));
      for (const { name } of usual.slice(Math.max(1, keep)))
        rmSync(path.join(dir, name), { recursive: true, force: true });
    },
  };
}

/** `undefined` for a folder that is no whole backup of ours. */
function readManifest(folder: string, name: string): Backup | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST_FILE), 'utf8');
  } catch {
    // Not a backup, or one that is being made or removed: in neither case one to offer.
    return undefined;
  }
  try {
    const backup = Backup.parse(JSON.parse(text));
    return backup.name === name ? backup : undefined;
  } catch {
    // Written by nobody we know: left alone, and not offered.
    return undefined;
  }
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
