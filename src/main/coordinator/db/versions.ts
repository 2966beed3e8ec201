/**
 * `versions.json` beside the database: which program opened the data last, and which ones brought it forward. An older program
 * that meets the data of a newer one reads here whose it is, and which backup it could take instead.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DataVersions, VERSIONS_FILE } from '../../../shared/data-dir.ts';
import { writeDurably } from './durable.ts';

type Migration = DataVersions['migrations'][number];

/** `null`: nothing is known, as of data from before there was such a file. */
export function readVersions(dir: string): DataVersions | null {
  try {
    return DataVersions.parse(JSON.parse(readFileSync(path.join(dir, VERSIONS_FILE), 'utf8')));
  } catch {
    // A note that cannot be read holds nobody up.
    return null;
  }
}

/** Notes whose data it is now, and what was done to it. The caller holds the lock of the folder. */
export function noteVersions(
  dir: string,
  { version, schema }: Pick<DataVersions, 'version' | 'schema'>,
  done?: Migration,
): void {
  const known = readVersions(dir);
  // After a restore, what was done since counts no more.
  const still = (known?.migrations ?? []).filter(({ to }) => to <= (done?.from ?? schema));
  const migrations = [...still, ...(done ? [done] : [])];
  if (!done && known?.version === version && known.schema === schema) return;
  const text = JSON.stringify({ version, schema, migrations }, null, 2);
  writeDurably(path.join(dir, VERSIONS_FILE), `${text}\n`, 0o600);
}

/** What a person can do about data that is newer than this program. */
export function waysOut(dir: string, known: number): string {
  const versions = readVersions(dir);
  const update = versions ? `Update to Koubou ${versions.version}` : 'Start the newer one';
  const backup = versions?.migrations.find(({ to }) => to > known)?.backup;
  const back =
    backup === undefined
      ? 'give another data folder'
      : `go back to what was before, without what came since: koubou backup restore ${backup}`;
  return `${update}, or ${back}.`;
}
