/** Has anything changed since a product was built? Names, sizes and times only, so that asking takes milliseconds. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromRoot } from './paths.mjs';

/**
 * A short text that is another one when a file below `inputs` was added, removed or written.
 * @param {string[]} inputs files and folders, relative to the repository
 * @param {(file: string) => boolean} [counts] leaves files out
 */
export function fingerprint(inputs, counts = () => true) {
  const hash = crypto.createHash('sha256');
  for (const file of inputs.flatMap((input) => filesBelow(input)).filter(counts)) {
    const { size, mtimeMs } = fs.statSync(fromRoot(file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Is `stampFile` what `rememberBuild` wrote for this fingerprint? */
export function isFresh(stampFile, print) {
  try {
    return fs.readFileSync(stampFile, 'utf8') === print;
  } catch {
    return false;
  }
}

/** Notes that a product was built from inputs with this fingerprint. */
export function rememberBuild(stampFile, print) {
  fs.mkdirSync(path.dirname(stampFile), { recursive: true });
  fs.writeFileSync(stampFile, print);
}

/** Every file of a file or folder, relative to the repository, in the order of their names. */
export function filesBelow(input) {
  const entries = fs.statSync(fromRoot(input), { throwIfNoEntry: false });
  if (!entries) return [];
  if (!entries.isDirectory()) return [input];
  const names = fs.readdirSync(fromRoot(input)).toSorted();
  return names.flatMap((name) => filesBelow(`${input}/${name}`));
}
