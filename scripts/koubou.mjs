/** `npm run koubou -- ARGS`: the command line out of the checkout. */
import { ensureBuilt } from './setup/build.mjs';
import { prepare } from './setup/index.mjs';
import { runProgram } from './setup/program.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  await prepare();
  await ensureBuilt();
  return runProgram(process.argv.slice(2));
});
