/**
 * Puts a part of the executable on disk, for what only the file system can give: native modules, folders to be served.
 * The folder is named by the content, private, complete or not there at all, and compared byte by byte with the
 * executable before it is used. Processes share it; it stays for the next one.
 */
import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Part } from './executable.ts';

/** Others of this machine may not write here, or they would choose what we load. */
const OTHERS_WRITE = 0o022;

/**
 * @param parent the folder that the part's folder is in; made when it is missing
 * @returns the part's folder
 * @throws Error when `parent` cannot be written, or is not ours alone
 */
export function unpack(part: Part, parent: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  if (!isOurs(parent)) throw new Error(`${parent} is not a folder that only this user writes to`);
  const folder = path.join(parent, part.sha256);
  if (holds(folder, part)) return folder;
  const draft = `${folder}.${randomBytes(6).toString('hex')}`;
  try {
    write(draft, part);
    replace(folder, draft, part);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function write(folder: string, { files }: Part): void {
  for (const [name, read] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, read(), { mode: 0o700, flag: 'wx' });
  }
}

function replace(folder: string, draft: string, part: Part): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another process was faster; or what is there is damaged, and goes.
    if (holds(folder, part)) return;
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) throw error;
    const bad = `${draft}.bad`;
    renameSync(folder, bad);
    renameSync(draft, folder);
    rmSync(bad, { recursive: true, force: true });
  }
}

/** Is it all there, and nothing else? */
function holds(folder: string, { files }: Part): boolean {
  if (!isOurs(folder)) return false;
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => !entry.isDirectory(),
  );
  if (found.length !== files.size) return false;
  return [...files].every(([name, read]) => isSame(path.join(folder, name), read));
}

function isSame(file: string, read: () => Uint8Array): boolean {
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  return readFileSync(file).equals(read());
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return false;
  // Windows has access lists instead, and a profile of this user's own.
  if (process.getuid === undefined) return true;
  return found.uid === process.getuid() && (found.mode & OTHERS_WRITE) === 0;
}
