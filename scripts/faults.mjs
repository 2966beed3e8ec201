/** `npm run faults -- [--seed S] [--minutes M] [--faults N] [--report FILE]`: the fault laboratory, see test/faults/README.md. */
import { ensureBuilt } from './setup/build.mjs';
import { prepare } from './setup/index.mjs';
import { fromRoot } from './setup/paths.mjs';
import { foregroundNode } from './setup/run.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  await prepare();
  await ensureBuilt();
  // Node strips the types itself.
  return foregroundNode([fromRoot('test/faults/main.ts'), ...process.argv.slice(2)]);
});
