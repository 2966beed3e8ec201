/** The user interface that vite bundles: `node scripts/build/ui.mjs`. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { runMain, SetupError } from '../setup/say.mjs';
import { licencesPlugin } from './licences.mjs';
import { buildConstants } from './version.mjs';

const ENTRY = 'src/renderer/index.html';

await runMain(async () => {
  if (!fs.existsSync(fromRoot(ENTRY)))
    throw new SetupError(`${ENTRY} is missing: dist/ui is built from it`);
  // Built beside the old one, which stays when this fails.
  const draft = path.join(DIST, `ui.${process.pid}.tmp`);
  try {
    await build({
      configFile: fromRoot('vite.config.ts'),
      plugins: [licencesPlugin()],
      root: fromRoot('src/renderer'),
      define: buildConstants(),
      logLevel: 'warn',
      build: { outDir: draft },
    });
    fs.rmSync(path.join(DIST, 'ui'), { recursive: true, force: true });
    fs.renameSync(draft, path.join(DIST, 'ui'));
  } catch (error) {
    throw new SetupError(`src/renderer does not build: ${error.message}`);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
});
