/** The packages that the tests of the installed app install: of this version, and of the one that it is updated to. */
import fs from 'node:fs';
import path from 'node:path';
import { thisPlatform } from '../executable/platforms.mjs';
import { ensureExecutable } from '../setup/executable.mjs';
import { withLock } from '../setup/lock.mjs';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { foregroundNode } from '../setup/run.mjs';
import { say, SetupError } from '../setup/say.mjs';
import { fingerprint, isFresh, rememberBuild } from '../setup/stale.mjs';
import { buildPackages } from './build.mjs';
import { stagePackage } from './stage.mjs';

/** `test/install` finds them there. */
const OUT = path.join(DIST, 'install');
const STAMP = path.join(OUT, '.stamp');
const INPUTS = [
  'CHANGELOG.md',
  'LICENSE',
  'dist/electron',
  'dist/executables',
  'dist/preload.cjs',
  'dist/ui',
  'electron-builder.yml',
  'package.json',
  'resources',
  'scripts/desktop',
  'scripts/package',
  'scripts/shipped',
];

/** Builds both where something has changed since. `dist` is built already. */
export async function ensureTestPackages() {
  await ensureExecutable();
  await withLock(async () => {
    const print = fingerprint(INPUTS);
    if (isFresh(STAMP, print)) return;
    fs.rmSync(OUT, { recursive: true, force: true });
    const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
    const next = nextAfter(version);
    const executables = path.join(OUT, 'executables');
    await timed(`koubou ${version}`, () => pack(version));
    await timed(`koubou ${next}, the next version`, async () => {
      const script = fromRoot('scripts/package/next.mjs');
      const code = await foregroundNode([script, next, executables]);
      if (code !== 0) throw new SetupError(`the executable of ${next} could not be built`);
      await pack(next, executables);
    });
    for (const left of ['executables', 'linux-unpacked'])
      fs.rmSync(path.join(OUT, left), { recursive: true, force: true });
    rememberBuild(STAMP, print);
  });
}

async function pack(version, from) {
  const platform = thisPlatform();
  stagePackage({ platform, platforms: [platform], version, from });
  await buildPackages(['deb'], { version, output: OUT, isFast: true });
}

/** Its last number one more. */
function nextAfter(version) {
  return version.replace(/\d+$/, (last) => String(Number(last) + 1));
}

async function timed(what, work) {
  const started = performance.now();
  await work();
  say(`packed ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
