/**
 * What goes into an executable beside the main script: parts that are unpacked as folders (`PART:PATH`, see
 * src/native), the licences, and the index of it all.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { noticesFor } from '../shipped/notices.mjs';
import { partsOfExecutable } from '../shipped/parts.mjs';
import { packageFolder } from './packages.mjs';
import { PLATFORMS } from './platforms.mjs';

/** All assets of a platform by name, in the order of their names: the same input gives the same bytes. */
export function assetsFor(platform) {
  const { pty, sqlite } = PLATFORMS[platform];
  const parts = {
    '@lydell/node-pty': terminalModule(`@lydell/node-pty-${pty}`),
    'better-sqlite3': sqliteModule(sqlite),
    resources: filesOf(fromRoot('resources'), (file) => file.startsWith('sample/')),
    ui: filesOf(path.join(DIST, 'ui'), (file) => !file.endsWith('.map')),
  };
  const files = Object.entries(parts).flatMap(([part, found]) =>
    [...found].map(([file, bytes]) => [`${part}:${file}`, bytes]),
  );
  const assets = new Map(
    [...files, ['licences.txt', Buffer.from(noticesFor(partsOfExecutable(platform)))]].toSorted(
      byName,
    ),
  );
  const hashes = Object.fromEntries([...assets].map(([name, bytes]) => [name, sha256(bytes)]));
  const index = {
    parts: Object.fromEntries(Object.keys(parts).map((part) => [part, hashOfPart(part, hashes)])),
    assets: hashes,
  };
  return new Map([['index.json', Buffer.from(JSON.stringify(index))], ...assets]);
}

function hashOfPart(part, hashes) {
  const own = Object.entries(hashes).filter(([name]) => name.startsWith(`${part}:`));
  return sha256(JSON.stringify(own));
}

function sqliteModule(prebuilt) {
  const wanted = (file) =>
    file === 'package.json' || file === `prebuilds/${prebuilt}.node` || /^lib\/.*\.js$/.test(file);
  return installed('better-sqlite3', wanted);
}

function terminalModule(prebuilt) {
  const isCode = (file) => !/\.(md|d\.ts|pdb)$|^LICENSE/.test(file);
  return new Map([...installed('@lydell/node-pty', isCode), ...installed(prebuilt, isCode)]);
}

/** A package as it lies in node_modules. */
function installed(name, wanted) {
  const found = filesOf(packageFolder(name), wanted);
  return new Map([...found].map(([file, bytes]) => [`node_modules/${name}/${file}`, bytes]));
}

function filesOf(folder, wanted) {
  const names = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'),
    );
  return new Map(
    names.filter(wanted).map((name) => [name, fs.readFileSync(path.join(folder, name))]),
  );
}

export function sha256(bytes) {
  return crypto.createHash('sha256').update(bytes).digest('hex');
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}
