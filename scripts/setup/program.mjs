/** Starting the built programs. */
import path from 'node:path';
import { electronProgram, sandboxArgs } from './electron.mjs';
import { DIST, ROOT } from './paths.mjs';
import { foreground, foregroundNode } from './run.mjs';
import { say } from './say.mjs';

/** Runs the koubou command on the pinned Node where the user stands; resolves with its exit code. */
export function runProgram(args) {
  // npm goes to the package's folder first, and says here where it came from.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  return foregroundNode([path.join(DIST, 'launch.cjs'), ...args], { cwd });
}

/** Opens the window on this checkout; resolves with Electron's exit code. */
export function runWindow(args) {
  const sandbox = sandboxArgs();
  if (sandbox.length > 0) say("running as root: Chromium's sandbox is off (--no-sandbox)");
  const env = { ...process.env };
  // Set by editors that are Electron themselves; it would make ours a plain Node.
  delete env.ELECTRON_RUN_AS_NODE;
  return foreground(electronProgram(), [...sandbox, ROOT, ...args], { env });
}
