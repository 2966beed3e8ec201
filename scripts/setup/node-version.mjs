/** The Node that starts the scripts. The programs themselves run on the pinned one in node_modules. */
import { SetupError } from './say.mjs';

const OLDEST = [20, 19];

/** Throws when this Node is too old for the scripts and the build tools. */
export function ensureNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (!isNewEnough)
    throw new SetupError(
      `Node ${version} is too old: install Node ${OLDEST.join('.')} or newer (24 is best) from https://nodejs.org`,
    );
}
