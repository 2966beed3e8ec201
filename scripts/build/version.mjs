/** What the programs say about themselves. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import { fromRoot } from '../setup/paths.mjs';
import { filesBelow } from '../setup/stale.mjs';

/** Everything that the programs, the user interface and the executables are made from. */
export const SOURCES = [
  'LICENSE',
  'package-lock.json',
  'package.json',
  'resources',
  'scripts/build',
  'scripts/executable',
  'scripts/shipped',
  'src',
  'types',
  'vite.config.ts',
];

export const isSource = (file) => !/\.test\.(tsx?|mjs)$/.test(file);

/** The constants of types/build.d.ts, as the bundlers want them. */
export function buildConstants() {
  const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  return {
    __KOUBOU_VERSION__: JSON.stringify(version),
    __KOUBOU_BUILD__: JSON.stringify(contentId()),
    __KOUBOU_UPDATE_KEY__: JSON.stringify(process.env.KOUBOU_UPDATE_KEY ?? ''),
  };
}

/** The same for the same sources, wherever and whenever they are built. */
function contentId() {
  const hash = crypto.createHash('sha256');
  for (const file of SOURCES.flatMap(filesBelow).filter(isSource)) {
    const bytes = fs.readFileSync(fromRoot(file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}
