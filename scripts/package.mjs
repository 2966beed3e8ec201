/**
 * `npm run package [-- TARGET...]`: the desktop app as files that people install, in dist/packages. Without a word, what this
 * machine can build. The tools that electron-builder would download come from the system's packages instead.
 */
import fs from 'node:fs';
import path from 'node:path';
import { buildPackages } from './package/build.mjs';
import { STAGE, stagePackage } from './package/stage.mjs';
import { TARGETS } from './package/targets.mjs';
import { buildExecutables } from './setup/executable.mjs';
import { ensureBuilt } from './setup/build.mjs';
import { prepare, prepareWindow } from './setup/index.mjs';
import { DIST, fromRoot } from './setup/paths.mjs';
import { runMain, say, SetupError } from './setup/say.mjs';
import { PLATFORMS, thisPlatform } from './executable/platforms.mjs';
import { SBOM } from './shipped/papers.mjs';

await runMain(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.find((target) => !TARGETS.includes(target));
  if (unknown !== undefined)
    throw new SetupError(`there is no ${unknown}: the targets are ${TARGETS.join(', ')}`);
  const platform = thisPlatform();
  if (!platform) throw new SetupError('there is no executable for this machine to pack');
  await prepare();
  await prepareWindow();
  await ensureBuilt();
  const platforms = process.env.KOUBOU_PLATFORMS?.split(',') ?? Object.keys(PLATFORMS);
  await buildExecutables(platforms);
  const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  const targets = asked.length > 0 ? asked : TARGETS;
  stagePackage({ platform, platforms, version, appImage: targets.includes('AppImage') });
  await buildPackages(targets);
  const bill = `koubou-${version}-${platform}.cdx.json`;
  fs.copyFileSync(path.join(STAGE, SBOM), path.join(DIST, 'packages', bill));
  say(`the packages are in ${path.join(DIST, 'packages')}`);
});
