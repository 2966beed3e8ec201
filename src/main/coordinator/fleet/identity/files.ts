/** Files that must be there whole or not at all, whatever loses power. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { syncPath } from '../../db/durable.ts';

/** @throws when the disk says no */
export function writeDurably(file: string, text: string, mode: number): void {
  const next = `${file}.new`;
  rmSync(next, { force: true });
  writeFileSync(next, text, { mode, flush: true });
  renameSync(next, file);
  syncPath(path.dirname(file));
}
