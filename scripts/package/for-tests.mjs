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
import { writeKeys } from './feed.mjs';
import { stagePackage } from './stage.mjs';

/** `test/install` finds them there. */
const OUT = path.join(DIST, 'install');
const APP = path.join(OUT, 'app');
const STAMP = path.join(OUT, '.stamp');
const INPUTS = [
  'CHANGELOG.md',
  'LICENSE',
  'dist/executables',
  'dist/electron',
  'dist/preload.cjs',
  'dist/ui',
  'electron-builder.yml',
  'package.json',
  'resources',
  'scripts/build',
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
    fs.mkdirSync(OUT, { recursive: true });
    const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
    const next = nextAfter(version);
    await timed(`koubou ${version}`, async () => {
      await stageApp();
      await pack(version);
    });
    await timed(`koubou ${next}, the next version`, async () => {
      const executables = path.join(OUT, 'executables');
      await node('scripts/package/next.mjs', next, executables);
      await pack(next, executables);
    });
    for (const left of ['app', 'executables', 'linux-unpacked'])
      fs.rmSync(path.join(OUT, left), { recursive: true, force: true });
    rememberBuild(STAMP, print);
  });
}

/** The app's own files as they are, but for the key that it believes: its secret half is what the test signs updates with. */
async function stageApp() {
  const { publicKey } = writeKeys(OUT);
  const dist = path.join(APP, 'dist');
  for (const name of ['preload.cjs', 'ui'])
    fs.cpSync(path.join(DIST, name), path.join(dist, name), { recursive: true });
  fs.cpSync(fromRoot('resources'), path.join(APP, 'resources'), { recursive: true });
  const bundles = ['electron/main.cjs', 'electron/updates.cjs'];
  const args = [fromRoot('scripts/build/programs.mjs'), '--to', dist, ...bundles];
  const env = { ...process.env, KOUBOU_UPDATE_KEY: publicKey };
  if ((await foregroundNode(args, { env })) !== 0)
    throw new SetupError('the app could not be built');
}

async function pack(version, from) {
  const platform = thisPlatform();
  const own = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  const about = { ...own, version, dependencies: {}, devDependencies: {} };
  fs.writeFileSync(path.join(APP, 'package.json'), JSON.stringify(about));
  stagePackage({ platform, platforms: [platform], version, from });
  await buildPackages(['deb'], { app: APP, output: OUT, isFast: true });
}

async function node(script, ...args) {
  const code = await foregroundNode([fromRoot(script), ...args]);
  if (code !== 0) throw new SetupError(`${script} ended with code ${code}`);
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
