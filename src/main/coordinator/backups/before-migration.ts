/**
 * The backup of the moment before a newer program brings the data forward. It is named for that program, it is never removed to
 * make room, and without it nothing is brought forward: it is the way back.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { copyNow } from '../db/copy-now.ts';
import { syncPath } from '../db/durable.ts';
import { SCHEMA_VERSION } from '../db/migrate.ts';
import type { Db } from '../db/open.ts';
import { noteVersions } from '../db/versions.ts';
import { MANIFEST_FILE, openBackupStore } from './store.ts';

export interface BeforeMigration {
  readonly dir: string;
  /** Of this program. */
  readonly version: string;
  /** Wall clock, epoch ms. */
  readonly now: () => number;
}

/** Called with the database as it was, and its schema. Throws what the disk throws; then nothing is changed. */
export function keepBefore({ dir, version, now }: BeforeMigration): (db: Db, from: number) => void {
  return (db, from) => {
    const store = openBackupStore(dir);
    store.tidy();
    const at = now();
    const name = `${store.freeName(at)}-before-${version}`;
    const draft = path.join(store.dir, `${name}.tmp`);
    const file = path.join(draft, 'koubou.db');
    try {
      mkdirSync(draft, { mode: 0o700 });
      const { seq, hash } = copyNow(db, file);
      const { size } = statSync(file);
      const backup = { name, at, seq, hash, size, sha256: sha256Now(file), schema: from, version };
      const manifest = path.join(draft, MANIFEST_FILE);
      writeFileSync(manifest, `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 });
      for (const one of [file, manifest, draft]) syncPath(one);
      renameSync(draft, path.join(store.dir, name));
      syncPath(store.dir);
    } finally {
      // After a success there is none of this name any more.
      rmSync(draft, { recursive: true, force: true });
    }
    const done = { at, by: version, from, to: SCHEMA_VERSION, backup: name };
    noteVersions(dir, { version, schema: SCHEMA_VERSION }, done);
  };
}

/** Notes that this program has opened the data. */
export function noteProgram({ dir, version }: Pick<BeforeMigration, 'dir' | 'version'>): void {
  try {
    noteVersions(dir, { version, schema: SCHEMA_VERSION });
  } catch {
    // A note for other programs. What is wrong with the disk is for the journal to say.
  }
}

function sha256Now(file: string): string {
  const hash = createHash('sha256');
  const part = Buffer.alloc(1024 * 1024);
  const from = openSync(file, 'r');
  try {
    for (let read = readSync(from, part); read > 0; read = readSync(from, part))
      hash.update(part.subarray(0, read));
  } finally {
    closeSync(from);
  }
  return hash.digest('hex');
}
