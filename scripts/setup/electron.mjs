/** The Electron that opens the window: its own download, or where that can't be had, the fallback runtime. */
import fs from 'node:fs';
import path from 'node:path';
import { buildFallback, canBuildFallback } from './electron-fallback.mjs';
import { withLock } from './lock.mjs';
import { MODULES } from './paths.mjs';
import { foregroundNode } from './run.mjs';
import { say, SetupError } from './say.mjs';

const PACKAGE = path.join(MODULES, 'electron');
const RELEASES =
  process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
const ANSWER_MS = 4000;
const DOWNLOAD_MS = 5 * 60_000;

/** Makes sure that there is an Electron to start, or throws one line that says why there is none. */
export async function ensureElectron() {
  if (electronProgram()) return;
  await withLock(async () => {
    if (electronProgram()) return;
    if (await canDownload()) await download();
    if (!electronProgram() && canBuildFallback()) await buildFallback(PACKAGE);
    if (!electronProgram())
      throw new SetupError(`Electron could not be downloaded from ${RELEASES}`);
  });
}

/** The path of Electron's executable, or undefined when it isn't there. */
export function electronProgram() {
  try {
    const program = path.join(
      PACKAGE,
      'dist',
      fs.readFileSync(path.join(PACKAGE, 'path.txt'), 'utf8'),
    );
    return fs.existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** Chromium refuses its sandbox to root; everybody else keeps it. */
export function sandboxArgs() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

// Asked first, because Electron's installer takes minutes to give up. Behind a proxy only the installer can know.
async function canDownload() {
  if (process.env.HTTPS_PROXY ?? process.env.https_proxy) return true;
  const answer = await fetch(RELEASES, {
    method: 'HEAD',
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  return answer !== undefined;
}

async function download() {
  say('downloading Electron, about 100 MB');
  await foregroundNode([path.join(PACKAGE, 'install.js')], { timeout: DOWNLOAD_MS });
}
