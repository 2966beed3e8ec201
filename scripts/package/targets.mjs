/** What can be built on Linux, by electron-builder's names. */
export const TARGETS = ['deb', 'AppImage', 'rpm', 'tar.gz'];
