/** Runs electron-builder with the tools of the system in place of those that it would download. */
import fs from 'node:fs';
import path from 'node:path';
import { foregroundNode, hasProgram } from '../setup/run.mjs';
import { DIST, fromRoot, MODULES } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';
import { ensureAppImageTools } from './appimage.mjs';
import { weighPackages } from './sizes.mjs';

/** What each target needs, as Debian's packages name the program. */
const NEEDS = {
  deb: ['dpkg-deb'],
  rpm: ['rpmbuild'],
  AppImage: ['mksquashfs', 'desktop-file-validate', 'gcc'],
  'tar.gz': ['7za'],
};
const SYSTEMS = { linux: '--linux', win32: '--win', darwin: '--mac' };
/** What they need to be built on Debian and Ubuntu. */
export const DEBIAN_PACKAGES =
  'desktop-file-utils gcc libc6-dev libsquashfuse-dev p7zip-full rpm squashfs-tools zlib1g-dev';

/**
 * @param options `output`: the folder, where it is another one than dist/packages; `app`: the folder of the app's own files, where it is another one; `isFast`: packed in a fifth of the
 *   time, and a third larger (deb)
 */
export async function buildPackages(targets, { app, output, isFast = false } = {}) {
  const lacking = [...new Set(targets.flatMap((target) => NEEDS[target] ?? []))].filter(
    (name) => !hasProgram(name),
  );
  if (lacking.length > 0)
    throw new SetupError(
      `${lacking.join(', ')} missing: sudo apt-get install -y ${DEBIAN_PACKAGES}`,
    );
  const electron = path.join(MODULES, 'electron/dist');
  const electronVersion = fs.readFileSync(path.join(electron, 'version'), 'utf8').trim();
  const env = {
    ...set(process.env),
    // On other systems electron-builder brings its own.
    ...(process.platform === 'linux' && {
      CUSTOM_FPM_PATH: fromRoot('scripts/package/fpm'),
      ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7za',
      // The highest level takes ten times as long, for a hundredth.
      ELECTRON_BUILDER_COMPRESSION_LEVEL: '3',
    }),
    ...(targets.includes('AppImage') && { APPIMAGE_TOOLS_PATH: ensureAppImageTools() }),
  };
  const args = [
    path.join(MODULES, 'electron-builder/cli.js'),
    ...[SYSTEMS[process.platform], ...targets, '--publish', 'never'],
    `-c.electronDist=${electron}`,
    `-c.electronVersion=${electronVersion}`,
    ...(app === undefined ? [] : [`-c.directories.app=${app}`]),
    ...(output === undefined ? [] : [`-c.directories.output=${output}`]),
    ...(isFast ? ['-c.deb.compression=zst'] : []),
  ];
  const code = await foregroundNode(args, { env });
  if (code !== 0) throw new SetupError(`electron-builder ended with code ${code}`);
  weighPackages(output ?? path.join(DIST, 'packages'));
}

/** A secret that a repository does not have comes as an empty variable, which electron-builder takes for a certificate. */
function set(variables) {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
}
