/** `npm run build`: builds everything into dist, stale or not. */
import { ensureBuilt } from './setup/build.mjs';
import { prepare } from './setup/index.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  await prepare();
  await ensureBuilt({ force: true });
});
