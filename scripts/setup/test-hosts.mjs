/** The file system of the PCs that tests make: a Debian, put together once. */
import { fromRoot } from './paths.mjs';
import { foregroundNode } from './run.mjs';
import { say } from './say.mjs';

/** Makes it if it can be made here and is not there. Without it the tests that need such PCs say why. */
export async function ensureTestHosts() {
  const telling = setTimeout(
    () => say('making the system of the test hosts (once, about a minute)'),
    2_000,
  );
  try {
    await foregroundNode([fromRoot('test/support/hosts/prepare.ts')]);
  } finally {
    clearTimeout(telling);
  }
}
