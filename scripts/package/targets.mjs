/** What is built on which system, by electron-builder's names: each on its own, for the processor of the machine that builds. */
const TARGETS_ON = {
  linux: ['deb', 'AppImage', 'rpm', 'tar.gz'],
  win32: ['nsis'],
  darwin: ['dmg', 'zip'],
};

export const TARGETS = TARGETS_ON[process.platform] ?? [];
