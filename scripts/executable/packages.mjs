/**
 * Packages for other machines. npm installs none of them here, so they are packed by npm, checked against
 * package-lock.json and kept in node_modules/.cache/koubou.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fromRoot, MODULES } from '../setup/paths.mjs';
import { capture } from '../setup/run.mjs';
import { say, SetupError } from '../setup/say.mjs';

const CACHE = path.join(MODULES, '.cache', 'koubou', 'packages');
const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** What package-lock.json says about a package. */
export function lockedPackage(name) {
  const { packages } = JSON.parse(fs.readFileSync(fromRoot('package-lock.json'), 'utf8'));
  const found = packages[`node_modules/${name}`];
  if (!found) throw new SetupError(`${name} is not in package-lock.json: run npm install`);
  return found;
}

/** The folder of a package in the version of package-lock.json: the installed one, or a downloaded one. */
export function packageFolder(name) {
  const { version, integrity } = lockedPackage(name);
  const installed = path.join(MODULES, name);
  if (versionIn(installed) === version) return installed;
  const folder = path.join(CACHE, `${name.replace('/', '+')}@${version}`);
  if (!fs.existsSync(folder)) download({ name, version, integrity }, folder);
  return path.join(folder, 'package');
}

function versionIn(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
  } catch {
    // Not installed: it is for another machine.
    return undefined;
  }
}

function download({ name, version, integrity }, folder) {
  say(`downloading ${name} ${version}`);
  const draft = `${folder}.${process.pid}.tmp`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  try {
    const args = [
      'pack',
      `${name}@${version}`,
      '--ignore-scripts',
      '--silent',
      '--pack-destination',
      draft,
    ];
    const { code, err } = capture(NPM, args, { shell: NPM.endsWith('.cmd') });
    const [file] = fs.readdirSync(draft);
    if (code !== 0 || !file)
      throw new SetupError(`${name}@${version} cannot be downloaded: ${err.trim()}`);
    const packed = path.join(draft, file);
    check(packed, integrity);
    const unpacked = capture('tar', ['-xzf', packed, '-C', draft]);
    if (unpacked.code !== 0)
      throw new SetupError(`${packed} cannot be unpacked: ${unpacked.err.trim()}`);
    fs.rmSync(packed);
    fs.renameSync(draft, folder);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

function check(file, integrity) {
  const found = `sha512-${crypto.createHash('sha512').update(fs.readFileSync(file)).digest('base64')}`;
  if (found !== integrity)
    throw new SetupError(
      `${path.basename(file)} is not what package-lock.json names (${found}): do not use this registry`,
    );
}
