/** The files of a release: what each system's machine has packed, together in one folder. */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { PLATFORMS } from '../executable/platforms.mjs';
import { SetupError } from '../setup/say.mjs';

export const CHECKSUMS = 'SHA256SUMS';

/** By electron-builder's names for systems and processors, which are not the same for all kinds of packages. */
const PACKAGES = [
  ...['linux-amd64.deb', 'linux-x86_64.rpm', 'linux-x86_64.AppImage', 'linux-x64.tar.gz'],
  ...['linux-arm64.deb', 'linux-aarch64.rpm', 'linux-arm64.AppImage', 'linux-arm64.tar.gz'],
  'win-x64.exe',
  ...['mac-x64.dmg', 'mac-x64.zip', 'mac-arm64.dmg', 'mac-arm64.zip'],
];

/** The names of all files that belong to a version, but the checksums and the feed, which are made of them. */
export function filesOf(version) {
  const bills = Object.keys(PLATFORMS).map((platform) => `${platform}.cdx.json`);
  return [...PACKAGES, ...bills].map((rest) => `koubou-${version}-${rest}`);
}

/**
 * Copies the files of a version from below `from` into the folder `to`, and writes their checksums there in the form of `sha256sum`.
 * Throws when one is missing, is there twice, or is of another version.
 * @returns {string[]} their names
 */
export function gather({ from, to, version }) {
  const found = fs
    .readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith('koubou-'));
  const wanted = filesOf(version);
  const names = found.map(({ name }) => name);
  const wrong = [
    ...wanted.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...names
      .filter((name) => !wanted.includes(name))
      .map((name) => `${name} is not of the release`),
    ...names
      .filter((name, at) => names.indexOf(name) !== at)
      .map((name) => `${name} is there twice`),
  ];
  if (wrong.length > 0) throw new SetupError(`the release is not whole:\n${wrong.join('\n')}`);
  fs.mkdirSync(to, { recursive: true });
  const lines = found
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      fs.copyFileSync(file, path.join(to, name));
      return `${hashOf(file)}  ${name}\n`;
    });
  fs.writeFileSync(path.join(to, CHECKSUMS), lines.join(''));
  return wanted.toSorted();
}

/** In pieces: a package is some hundred megabytes. */
function hashOf(file) {
  const hash = crypto.createHash('sha256');
  const buffer = Buffer.alloc(1 << 20);
  const handle = fs.openSync(file, 'r');
  try {
    for (let got = fs.readSync(handle, buffer); got > 0; got = fs.readSync(handle, buffer))
      hash.update(buffer.subarray(0, got));
  } finally {
    fs.closeSync(handle);
  }
  return hash.digest('hex');
}
