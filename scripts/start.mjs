/**
 * `npm start [-- ARGS]`: from a fresh checkout to a running Koubou.
 *
 *   --headless   no window: serves the UI on this machine and says where
 *   --demo       with a sample workshop at work
 *   --exit       ends when the demo is done; always without a window
 *
 * Everything else is passed on: to the window, or to `koubou serve`.
 */
import { ensureBuilt } from './setup/build.mjs';
import { ensureExecutableMeanwhile } from './setup/executable.mjs';
import { prepare, prepareWindow } from './setup/index.mjs';
import { runProgram, runWindow } from './setup/program.mjs';
import { runMain, say, SetupError } from './setup/say.mjs';

const WINDOWLESS = ['--headless', '--exit', '--help'];

await runMain(async () => {
  const args = process.argv.slice(2);
  const passedOn = args.filter((arg) => arg !== '--headless');
  const wantsWindow = !WINDOWLESS.some((flag) => args.includes(flag));
  await prepare();
  const opensWindow = wantsWindow && (await canOpenWindow());
  await ensureBuilt();
  // Only adding other machines needs it.
  const endBuilding = ensureExecutableMeanwhile();
  try {
    return await (opensWindow ? runWindow(passedOn) : runProgram(['serve', ...passedOn]));
  } finally {
    endBuilding();
  }
});

/** Without a display, or without an Electron for it, Koubou serves its UI to a browser instead. */
async function canOpenWindow() {
  if (!hasDisplay()) {
    say('no display here: starting without a window');
    return false;
  }
  try {
    await prepareWindow();
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`${error.message} (starting without a window)`);
    return false;
  }
}

function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
