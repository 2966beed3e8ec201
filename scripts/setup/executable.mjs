/** Executables that are older than what is in them are built again, in a process of their own. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { thisPlatform } from '../executable/platforms.mjs';
import { withLock } from './lock.mjs';
import { DIST, fromRoot, NODE } from './paths.mjs';
import { foregroundNode } from './run.mjs';
import { SetupError } from './say.mjs';
import { fingerprint, isFresh, rememberBuild } from './stale.mjs';

const SCRIPT = fromRoot('scripts/executable/build.mjs');
const INPUTS = [
  'dist/koubou.cjs',
  'dist/ui',
  'resources',
  'package-lock.json',
  'scripts/executable',
  'scripts/shipped',
  'LICENSE',
];

/** Others wait for what they do now, nobody for this. */
const BACKGROUND = os.constants.priority.PRIORITY_LOW;

/** Builds those of `platforms` that are missing or stale. `dist` is built already. */
export async function buildExecutables(platforms) {
  if (platforms.every(isCurrent)) return;
  await withLock(async () => {
    for (const platform of platforms.filter((one) => !isCurrent(one))) {
      // Taken before: what is written while it builds makes the result stale again.
      const print = fingerprint(INPUTS);
      const code = await foregroundNode([SCRIPT, platform]);
      if (code !== 0)
        throw new SetupError(`the executable for ${platform} could not be built: see above`);
      rememberBuild(stampOf(platform), print);
    }
  });
}

/** The one for this machine. */
export async function ensureExecutable() {
  const platform = thisPlatform();
  if (platform !== undefined) await buildExecutables([platform]);
}

/**
 * The same while something else runs, which does not wait for it.
 * @returns ends it when it is not done yet
 */
export function ensureExecutableMeanwhile() {
  const platform = thisPlatform();
  if (platform === undefined || isCurrent(platform)) return () => {};
  const child = spawn(NODE, [fromRoot('scripts/build-koubou.mjs'), platform], { stdio: 'ignore' });
  // What it cannot build is missing later, and said then.
  child.on('error', () => {});
  child.unref();
  if (child.pid !== undefined) os.setPriority(child.pid, BACKGROUND);
  return () => child.kill();
}

function isCurrent(platform) {
  const isThere = fs.existsSync(path.join(DIST, 'executables', platform, 'koubou.gz'));
  return isThere && isFresh(stampOf(platform), fingerprint(INPUTS));
}

function stampOf(platform) {
  return path.join(DIST, `.executable-${platform}-stamp`);
}
