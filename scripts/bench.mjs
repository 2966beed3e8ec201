/** `npm run bench [-- ARGS]`: the benchmarks in test/bench against the built programs. */
import { ensureBuilt } from './setup/build.mjs';
import { prepare } from './setup/index.mjs';
import { fromRoot } from './setup/paths.mjs';
import { foregroundNode } from './setup/run.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  await prepare();
  await ensureBuilt();
  // Node strips the types itself.
  return foregroundNode(['--expose-gc', fromRoot('test/bench/main.ts'), ...process.argv.slice(2)]);
});
