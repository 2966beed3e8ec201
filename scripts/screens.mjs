/** `npm run screens`: takes the pictures of docs/screens anew, in a window on a display of its own. */
import { ensureBuilt } from './setup/build.mjs';
import { prepare } from './setup/index.mjs';
import { NODE } from './setup/paths.mjs';
import { foreground, foregroundNode, hasProgram, packageScript } from './setup/run.mjs';
import { runMain } from './setup/say.mjs';

await runMain(async () => {
  await prepare();
  await ensureBuilt();
  process.env.KOUBOU_SCREENS = '1';
  const args = [packageScript('@playwright/test', 'cli.js'), 'test', 'every-screen'];
  const ownDisplay = process.platform === 'linux' && hasProgram('xvfb-run');
  return ownDisplay
    ? await foreground('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', NODE, ...args])
    : await foregroundNode(args);
});
