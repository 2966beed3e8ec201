/**
 * The fuses of the packaged app: what Electron's binary can do that ours never needs, switched off in the binary itself. The
 * packager and the test read the same list.
 */
import { flipFuses, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';

/** Each fuse by name, with how it has to stand, and why. */
export const FUSES = {
  // The app starts its coordinator with a Node of its own.
  RunAsNode: false,
  // Keys of the system guard what Chromium keeps.
  EnableCookieEncryption: true,
  // Nobody adds code or a debugger to it from outside.
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  // Where the system checks it: the archive is the one that was packed.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  // There is one snapshot for all processes.
  LoadBrowserProcessSpecificV8Snapshot: false,
  // The page comes by a protocol of its own; `file:` has no special rights.
  GrantFileProtocolExtraPrivileges: false,
};

/**
 * Sets all of them in a packaged binary (on a Mac the .app). On a Mac with Apple silicon an ad-hoc signature is made anew.
 * @param options `platform`: of the binary, as Node names it
 */
export async function setFuses(binary, { platform = process.platform } = {}) {
  const wanted = Object.entries(FUSES).map(([name, on]) => [FuseV1Options[name], on]);
  await flipFuses(binary, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: platform === 'darwin',
    strictlyRequireAllFuses: false,
    ...Object.fromEntries(wanted),
  });
}

/** How the fuses stand in a binary, by name; those that it does not have, or that we do not know, are named, too. */
export async function readFuses(binary) {
  const { version, ...wire } = await getCurrentFuseWire(binary);
  if (version !== FuseVersion.V1) throw new Error(`${binary} has fuses of another kind`);
  return Object.fromEntries(
    Object.entries(wire).map(([index, state]) => [
      FuseV1Options[index] ?? `fuse ${index}`,
      nameOf(state),
    ]),
  );
}

/** The names of fuses that do not stand as they have to; empty: all is well. */
export async function wrongFuses(binary) {
  const found = await readFuses(binary);
  return Object.entries(FUSES)
    .filter(([name, on]) => found[name] !== on)
    .map(([name]) => name);
}

/** As the wire has them: the characters 0 and 1; a fuse that this Electron has no more is an `r`. */
function nameOf(state) {
  const sign = String.fromCharCode(state);
  if (sign === '1') return true;
  return sign === '0' ? false : 'removed';
}
