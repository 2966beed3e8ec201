/** Weighs what was built and packed against the budget. */
import fs from 'node:fs';
import path from 'node:path';
import { DIST } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';
import { BUILT, PACKAGES, UNPACKED } from './budget.mjs';

const MEGABYTE = 1e6;

/** Prints a table of what `npm run build` made; throws when a part is too heavy. */
export function weighBuilt() {
  hold('built', weigh(DIST, BUILT));
}

/** The same for a folder of packages, and for the app's folder that they were made from. */
export function weighPackages(folder) {
  const unpacked = fs.readdirSync(folder).filter((name) => name.endsWith('-unpacked'));
  // Each package by itself: a folder may have several of a kind.
  const packages = PACKAGES.flatMap(({ files, ...rest }) => {
    const found = files.flatMap((pattern) => filesLike(folder, pattern));
    return found.flatMap((file) => weigh(folder, [{ ...rest, part: file, files: [file] }]));
  });
  hold('packed', [
    ...unpacked.flatMap((name) => weigh(path.join(folder, name), UNPACKED)),
    ...packages,
  ]);
}

/**
 * @param {{ part: string, files: string[], most: number, why: string }[]} budget
 * @returns each part with its weight in megabytes; one that is not there weighs nothing
 */
export function weigh(folder, budget) {
  const counted = new Set();
  return budget.map((entry) => {
    const found = entry.files
      .flatMap((pattern) => filesLike(folder, pattern))
      .filter((file) => !counted.has(file));
    for (const file of found) counted.add(file);
    const sizes = found.map((file) => fs.statSync(path.join(folder, file)).size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { ...entry, weight: bytes / MEGABYTE };
  });
}

/** The table as lines, the heaviest part first. */
export function tableOf(weighed) {
  const width = Math.max(...weighed.map(({ part }) => part.length));
  return weighed
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ part, weight, most, why }) => {
      const mark = weight > most ? '!' : ' ';
      return `${mark} ${part.padEnd(width)} ${weight.toFixed(2).padStart(7)} of ${String(most).padStart(5)} MB  ${why}`;
    });
}

/** Files by a pattern with `*` within a name, and `**` for all below; the oldest Node that packs has no such search. */
function filesLike(folder, pattern) {
  const fixed = pattern.split('/').filter(
    (name, at, all) =>
      !all
        .slice(0, at + 1)
        .join()
        .includes('*'),
  );
  const root = path.join(folder, ...fixed);
  const stats = fs.lstatSync(root, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.isFile() ? [pattern] : [];
  const like = pattern
    .replaceAll(/[.+]/g, String.raw`\$&`)
    .replaceAll('**/', '(?:.*/)?')
    .replaceAll(/(?<!\.)\*/g, '[^/]*');
  const isLike = new RegExp(`^${like}$`);
  return fs
    .readdirSync(root, { recursive: pattern.includes('**'), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => isLike.test(file));
}

function hold(what, weighed) {
  for (const line of tableOf(weighed)) console.log(line);
  const heavy = weighed.filter(({ weight, most }) => weight > most);
  if (heavy.length === 0) return;
  const names = heavy.map(({ part }) => part).join(', ');
  throw new SetupError(
    `${what} heavier than scripts/package/budget.mjs allows: ${names}. Find what came in, or raise the number and say for what`,
  );
}
