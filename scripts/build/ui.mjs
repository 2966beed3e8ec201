/** The user interface that vite bundles. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

const ENTRY = 'src/renderer/index.html';

/** Builds dist/ui beside the old one and then puts it in its place. */
export async function buildUi(define) {
  if (!fs.existsSync(fromRoot(ENTRY))) throw new SetupError(`${ENTRY} is missing: dist/ui is built from it`);
  const draft = path.join(DIST, `ui.${process.pid}.tmp`);
  try {
    await build({
      configFile: fromRoot('vite.config.ts'),
      root: fromRoot('src/renderer'),
      define,
      logLevel: 'warn',
      build: { outDir: draft },
    });
    fs.rmSync(path.join(DIST, 'ui'), { recursive: true, force: true });
    fs.renameSync(draft, path.join(DIST, 'ui'));
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}
