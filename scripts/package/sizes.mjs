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
  hold('packed', [
    ...unpacked.flatMap((name) => weigh(path.join(folder, name), UNPACKED)),
    ...weigh(folder, PACKAGES),
  ]);
}

/**
 * @param {{ part: string, files: string[], most: number, why: string, isEach?: boolean }[]} budget
 * @returns each part with its weight in megabytes; one that is not there weighs nothing. One that `isEach` is as many as it has files.
 */
export function weigh(folder, budget) {
  const counted = new Set();
  return budget.flatMap((entry) => {
    const found = entry.files
      .flatMap((pattern) => filesLike(folder, pattern))
      .filter((file) => !counted.has(file));
    for (const file of found) counted.add(file);
    const weights = found.map((file) => fs.statSync(path.join(folder, file)).size / MEGABYTE);
    if (entry.isEach)
      return found.map((file, at) => ({ ...entry, part: file, weight: weights[at] }));
    return { ...entry, weight: weights.reduce((sum, weight) => sum + weight, 0) };
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
  const star = pattern.indexOf('*');
  const fixed = star < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', star) + 1);
  const root = path.join(folder, fixed);
  const stats = fs.lstatSync(root, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.isFile() ? [pattern] : [];
  const like = pattern
    .replaceAll(/[.+]/g, String.raw`\$&`)
    .replaceAll('**/', '(?:.*/)?')
    .replaceAll(/(?<!\.)\*/g, '[^/]*');
  const isLike = new RegExp(`^${like}$`);
  return fs
    .readdirSync(root, {
      recursive: pattern.slice(fixed.length).includes('/'),
      withFileTypes: true,
    })
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
