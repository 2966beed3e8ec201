/**
 * `npm run build:koubou [-- PLATFORM...]`: the single executables in dist/executables, for the machines that agents are
 * installed on; all of them when none is named.
 */
import { PLATFORMS } from './executable/platforms.mjs';
import { ensureBuilt } from './setup/build.mjs';
import { buildExecutables } from './setup/executable.mjs';
import { prepare } from './setup/index.mjs';
import { runMain, SetupError } from './setup/say.mjs';

await runMain(async () => {
  const all = Object.keys(PLATFORMS);
  const asked = process.argv.slice(2);
  const unknown = asked.find((platform) => !all.includes(platform));
  if (unknown !== undefined)
    throw new SetupError(`there is no ${unknown}: the platforms are ${all.join(', ')}`);
  await prepare();
  await ensureBuilt();
  await buildExecutables(asked.length > 0 ? asked : all);
});
