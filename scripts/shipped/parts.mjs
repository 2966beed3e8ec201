/** What is shipped, part by part: in an executable, in the user interface, in the desktop app. */
import { PLATFORMS } from '../executable/platforms.mjs';
import { madeFrom } from './made-from.mjs';
import { electronParts, nodePart, nodeToTell, runtimeParts, sqlitePart } from './others.mjs';
import { packagePart, readLock } from './packages.mjs';

/** The bundles that travel in the app's archive; all others are in the executables. */
const OF_THE_APP = ['electron/main.cjs', 'electron/updates.cjs', 'preload.cjs'];

/** All parts of an executable, by name. @returns {import('./packages.mjs').Part[]} */
export function partsOfExecutable(platform) {
  const { 'koubou.cjs': program } = madeFrom('programs');
  const { ui } = madeFrom('ui');
  const { pty } = PLATFORMS[platform];
  const natives = ['better-sqlite3', '@lydell/node-pty', `@lydell/node-pty-${pty}`];
  const keys = [...program, ...ui, ...natives.map((name) => `node_modules/${name}`)];
  return inOrder([...packageParts(keys), sqlitePart(), nodePart(platform)]);
}

/**
 * All parts of the desktop app, which has executables in it.
 * @param options `platforms` of the executables; `electron`: the version that is packed; `appImage`: it is packed as one, too
 * @returns {import('./packages.mjs').Part[]}
 */
export function partsOfApp({ platforms, electron, appImage = false }) {
  const programs = madeFrom('programs');
  return inOrder([
    ...platforms.flatMap(partsOfExecutable),
    ...packageParts(OF_THE_APP.flatMap((program) => programs[program])),
    ...electronParts(electron),
    ...(appImage ? runtimeParts() : []),
  ]);
}

/**
 * What the window tells of under About: everything but what one system alone has.
 * @param {string[]} ui the packages that it is made from itself
 */
export function partsToTell(ui) {
  const { 'koubou.cjs': program, ...others } = madeFrom('programs');
  const app = OF_THE_APP.flatMap((name) => others[name]);
  const natives = ['node_modules/better-sqlite3', 'node_modules/@lydell/node-pty'];
  return inOrder([
    ...packageParts([...program, ...app, ...ui, ...natives]),
    ...[sqlitePart(), nodeToTell(), ...electronParts()],
  ]);
}

function packageParts(keys) {
  const lock = readLock();
  return [...new Set(keys)].map((key) => packagePart(key, lock));
}

function inOrder(parts) {
  const once = new Map(parts.map((part) => [part.id, part]));
  return [...once.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
