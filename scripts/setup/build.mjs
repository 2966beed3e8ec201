/** Builds what is older than its sources. Bundlers run in a process of their own: they are large and end with it. */
import fs from 'node:fs';
import path from 'node:path';
import { isSource, SOURCES } from '../build/version.mjs';
import { withLock } from './lock.mjs';
import { DIST, fromRoot } from './paths.mjs';
import { foregroundNode } from './run.mjs';
import { MADE_FROM } from '../shipped/made-from.mjs';
import { say, SetupError } from './say.mjs';
import { fingerprint, isFresh, rememberBuild } from './stale.mjs';

const COMMON = [
  ...['src/shared', 'package-lock.json', 'package.json', 'types'],
  ...['scripts/build', 'scripts/shipped'],
];

const PRODUCTS = [
  {
    name: 'programs',
    script: 'scripts/build/programs.mjs',
    // All of them: `koubou version` says which content it is.
    inputs: SOURCES,
    outputs: [
      ...['koubou.cjs', 'launch.cjs', 'electron/main.cjs', 'electron/updates.cjs', 'preload.cjs'],
      path.relative('dist', MADE_FROM.programs),
    ],
  },
  {
    name: 'user interface',
    script: 'scripts/build/ui.mjs',
    // The licences that it shows are those of the programs as well.
    inputs: [...COMMON, 'src/renderer', 'vite.config.ts', MADE_FROM.programs],
    outputs: ['ui/index.html', path.relative('dist', MADE_FROM.ui)],
  },
];

/** Builds every product whose sources changed; with `force`, all of them. */
export async function ensureBuilt({ force = false } = {}) {
  if (!force && PRODUCTS.every(isCurrent)) return;
  await withLock(async () => {
    for (const product of PRODUCTS) {
      if (force || !isCurrent(product)) await build(product);
    }
  });
}

async function build(product) {
  const started = performance.now();
  // Taken before: what is written while it builds makes the result stale again.
  const print = printOf(product);
  const code = await foregroundNode([fromRoot(product.script)]);
  if (code !== 0)
    throw new SetupError(`the ${product.name} could not be built: see the messages above`);
  rememberBuild(stampOf(product), print);
  say(`built the ${product.name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function isCurrent(product) {
  const isThere = product.outputs.every((output) => fs.existsSync(path.join(DIST, output)));
  return isThere && isFresh(stampOf(product), printOf(product));
}

function printOf(product) {
  return fingerprint(product.inputs, isSource);
}

function stampOf(product) {
  return path.join(DIST, `.${product.name.replace(' ', '-')}-stamp`);
}
