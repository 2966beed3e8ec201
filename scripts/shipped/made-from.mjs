/**
 * Which packages the bundlers took code from. Each bundler writes its own list, by what it made, beside what it made; what is
 * said of licences and in the bill of materials rests on these lists and not on what happens to be installed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { DIST, ROOT } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

const FOLDER = path.join(DIST, 'made-from');

/** The lists, as files below the repository: a build that needs one names it. */
export const MADE_FROM = { programs: 'dist/made-from/programs.json', ui: 'dist/made-from/ui.json' };

/**
 * The packages that these files belong to, as package-lock.json names them (`node_modules/a/node_modules/b`), in order.
 * @param {Iterable<string>} files as a bundler names its inputs: absolute, or relative to the repository
 */
export function packagesOf(files) {
  const keys = [...files].map(packageOf).filter((key) => key !== undefined);
  return [...new Set(keys)].toSorted();
}

/** @param {Record<string, string[]>} lists packages by what was made */
export function rememberMadeFrom(name, lists) {
  const file = path.join(FOLDER, `${name}.json`);
  const text = `${JSON.stringify(lists, null, 2)}\n`;
  // The same list leaves the file alone, so that nothing is built again for it.
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  fs.mkdirSync(FOLDER, { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

/** What `rememberMadeFrom` wrote. */
export function madeFrom(name) {
  const file = path.join(FOLDER, `${name}.json`);
  if (!fs.existsSync(file))
    throw new SetupError(`${path.relative(ROOT, file)} is missing: npm run build`);
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function packageOf(file) {
  // A bundler's own modules have no path, and what is asked of a file may follow it.
  const [plain] = file.replaceAll('\\', '/').replaceAll('\0', '').split('?');
  const found = /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(plain);
  return found?.[1];
}
