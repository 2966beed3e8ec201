/** `npm run docs`: writes docs/reference anew, of what the program says of itself. */
import { prepare } from './setup/index.mjs';
import { fromRoot } from './setup/paths.mjs';
import { foregroundNode } from './setup/run.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  await prepare();
  // Node strips the types of what it reads.
  return foregroundNode([fromRoot('scripts/docs/write.mjs')]);
});
