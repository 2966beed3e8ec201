/** Parts of what is shipped that are no packages of npm, or are hidden in one: Node, Electron, and what is compiled into others. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../executable/packages.mjs';
import { PLATFORMS, thisPlatform } from '../executable/platforms.mjs';
import { fromRoot, MODULES } from '../setup/paths.mjs';
import { licenceText, readLock } from './packages.mjs';

/** The Node that an executable is made of. @returns {import('./packages.mjs').Part} */
export function nodePart(platform) {
  const folder = packageFolder(PLATFORMS[platform].node);
  return describeNode(platform, licenceText(folder) ?? licenceOfNode());
}

/** The Node of this system, as the window tells of it: pages are built where no other one can be fetched. */
export function nodeToTell() {
  const platform = thisPlatform() ?? 'linux-x64';
  const folder = path.join(MODULES, PLATFORMS[platform].node);
  const text = fs.existsSync(folder) ? licenceText(folder) : undefined;
  return describeNode(platform, text ?? 'MIT, and more. In full: koubou version --licences');
}

function describeNode(platform, text) {
  const { node } = PLATFORMS[platform];
  const { version } = readLock()[`node_modules/${node}`];
  return {
    id: `node@${version}`,
    name: 'Node.js',
    version,
    licence: 'MIT',
    text,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    note: 'Its licence names what is compiled into it: V8, OpenSSL, ICU, libuv and others.',
    needs: [],
  };
}

/** Some of its packages leave it out. */
function licenceOfNode() {
  return licenceText(packageFolder(PLATFORMS['linux-x64'].node)) ?? '';
}

/** The database in better-sqlite3. @returns {import('./packages.mjs').Part} */
export function sqlitePart() {
  const header = fromRoot('node_modules/better-sqlite3/deps/sqlite3/sqlite3.h');
  const [, version] = /#define SQLITE_VERSION\s+"([^"]+)"/.exec(fs.readFileSync(header, 'utf8'));
  return {
    id: `sqlite@${version}`,
    name: 'SQLite',
    version,
    licence: 'blessing',
    text: 'In the public domain: https://sqlite.org/copyright.html',
    purl: `pkg:generic/sqlite@${version}`,
    cpe: `cpe:2.3:a:sqlite:sqlite:${version}:*:*:*:*:*:*:*`,
    note: 'Compiled into better-sqlite3.',
    needs: [],
  };
}

/**
 * What the window runs on.
 * @param {string} version of the Electron that is packed
 * @returns {import('./packages.mjs').Part[]}
 */
export function electronParts(version = electronVersion()) {
  return [
    {
      id: `electron@${version}`,
      name: 'Electron',
      version,
      licence: 'MIT',
      text: licenceText(path.join(MODULES, 'electron')) ?? '',
      purl: `pkg:npm/electron@${version}`,
      cpe: `cpe:2.3:a:electronjs:electron:${version}:*:*:*:*:*:*:*`,
      note: 'The licences of Chromium and of all that is in it are in LICENSES.chromium.html, beside the app.',
      needs: [`ffmpeg@electron-${version}`],
    },
    {
      id: `ffmpeg@electron-${version}`,
      name: 'FFmpeg',
      version: `electron-${version}`,
      licence: 'LGPL-2.1-or-later',
      text: 'GNU Lesser General Public License, version 2.1 or later; in full in LICENSES.chromium.html, beside the app. Its source: https://chromium.googlesource.com/chromium/third_party/ffmpeg',
      note: 'A library of its own (libffmpeg), as Electron brings it, which anyone may replace by another build.',
      needs: [],
    },
  ];
}

function electronVersion() {
  return JSON.parse(fs.readFileSync(path.join(MODULES, 'electron/package.json'), 'utf8')).version;
}

/** What the start program of an AppImage is linked with, by Debian's names; `link` as the linker knows it, if it has to be told. */
export const RUNTIME_LIBRARIES = {
  'libsquashfuse-dev': { name: 'squashfuse', link: 'squashfuse', licence: 'BSD-2-Clause' },
  'zlib1g-dev': { name: 'zlib', link: 'z', licence: 'Zlib' },
  'libc6-dev': {
    name: 'glibc',
    licence: 'LGPL-2.1-or-later',
    note: 'Linked into the start program of the AppImage, whose source and build (scripts/package/appimage*) anyone can link with another one.',
  },
};

/** From the machine that links it. @returns {import('./packages.mjs').Part[]} */
export function runtimeParts() {
  return Object.entries(RUNTIME_LIBRARIES).map(([debian, { name, licence, note }]) => {
    const args = ['-W', '-f=${source:Upstream-Version}', debian];
    const version = execFileSync('dpkg-query', args, { encoding: 'utf8' });
    return {
      id: `${name}@${version}`,
      name,
      version,
      licence,
      text: fs.readFileSync(`/usr/share/doc/${debian}/copyright`, 'utf8').trim(),
      purl: `pkg:generic/${name}@${version}`,
      note: note ?? 'Linked into the start program of the AppImage.',
      needs: [],
    };
  });
}
