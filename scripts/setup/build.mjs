/** Builds what is older than its sources. The bundlers are loaded only when there is something to do. */
import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { DIST } from './paths.mjs';
import { say } from './say.mjs';
import { fingerprint, isFresh, rememberBuild } from './stale.mjs';

const COMMON = ['src/shared', 'package-lock.json', 'package.json', 'scripts/build', 'tsconfig.base.json'];
const isSource = (file) => !file.endsWith('.test.ts');

const PRODUCTS = [
  {
    name: 'programs',
    inputs: [...COMMON, 'src/main', 'src/agent', 'src/cli', 'src/preload'],
    outputs: ['koubou.cjs', 'electron/main.cjs', 'preload.cjs'],
    build: async (constants) => (await import('../build/programs.mjs')).buildPrograms(constants),
  },
  {
    name: 'user interface',
    inputs: [...COMMON, 'src/renderer', 'vite.config.ts'],
    outputs: ['ui/index.html'],
    build: async (constants) => (await import('../build/ui.mjs')).buildUi(constants),
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
  const print = fingerprint(product.inputs, isSource);
  const { buildConstants } = await import('../build/version.mjs');
  await product.build(buildConstants());
  rememberBuild(stampOf(product), print);
  say(`built the ${product.name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function isCurrent(product) {
  const isThere = product.outputs.every((output) => fs.existsSync(path.join(DIST, output)));
  return isThere && isFresh(stampOf(product), fingerprint(product.inputs, isSource));
}

function stampOf(product) {
  return path.join(DIST, `.${product.name.replace(' ', '-')}-stamp`);
}
