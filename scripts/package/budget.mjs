/**
 * What each part of the app may weigh, and why it weighs that. `npm test` holds what is built to it, and `npm run package` what
 * is packed: whoever needs more raises a number here and says for what.
 */

/**
 * Megabytes (of a million bytes) of all files that a pattern finds together. Patterns of `BUILT` are below dist, of `UNPACKED`
 * below the folder of the app, of `PACKAGES` below the folder of the packages; a file counts for the first part that it fits. Of what
 * `isEach`, no single file may weigh more.
 */
export const BUILT = [
  {
    part: 'the program',
    files: ['koubou.cjs'],
    most: 11.5,
    why: 'coordinator, agent and command line with all they need but Node; not minified, so that an error says where it came from',
  },
  {
    part: 'the shell of the window',
    files: ['electron/main.cjs', 'electron/updates.cjs', 'preload.cjs'],
    most: 1.2,
    why: 'main process and preload, and what updates the app',
  },
  {
    part: 'pages: first chunk',
    files: ['ui/assets/index-*.js'],
    most: 1.4,
    why: 'React, the components and the first screen: one file, since each more is asked for by itself',
  },
  {
    part: 'pages: looks',
    files: ['ui/assets/*.css'],
    most: 0.42,
    why: 'nearly all of it the style sheet of the components (Mantine)',
  },
  {
    part: 'pages: terminal',
    files: ['ui/assets/xterm-*.js'],
    most: 0.55,
    why: 'xterm.js with WebGL and the widths of characters; loaded when a terminal is opened',
  },
  {
    part: 'pages: licences',
    files: ['ui/assets/_virtual_licences-*.js'],
    most: 0.45,
    why: 'the licence of each part in full, as they ask; loaded when somebody reads them',
  },
  {
    part: 'pages: fonts',
    files: ['ui/assets/*.woff2'],
    most: 0.33,
    why: 'Inter and JetBrains Mono: the app asks no server for fonts',
  },
  {
    part: 'pages: all other screens',
    files: ['ui/**/*'],
    most: 0.55,
    why: 'each screen is loaded when it is opened first',
  },
];

export const UNPACKED = [
  {
    part: 'koubou, as it is started',
    files: ['resources/bin/koubou', 'resources/bin/koubou.exe'],
    most: 140,
    why: 'Node 24 without its symbols (110), the program, its code cache and the pages: what does the work, and is copied to other machines',
  },
  {
    part: 'koubou, packed, for each system',
    files: ['resources/bin/executables/*/koubou.gz'],
    isEach: true,
    most: 48,
    why: 'any PC can be made an agent without a connection to the Internet, from whatever system',
  },
  {
    part: "the app's archive",
    files: ['resources/app.asar'],
    most: 5.5,
    why: 'the shell of the window, the pages and the icons',
  },
  {
    part: 'licences and bill of materials',
    files: ['resources/THIRD-PARTY-LICENSES.txt', 'resources/sbom.cdx.json', 'LICENSE*'],
    most: 19,
    why: 'nearly all of it the licences of Chromium',
  },
  {
    part: 'Electron',
    files: ['**/*'],
    most: 330,
    why: 'Chromium, its Node and ICU, with the texts of two languages of fifty-five',
  },
];

const WHY_PACKED = 'of it, 220 are executables for five systems, which are packed already';

export const PACKAGES = [
  { part: 'deb', files: ['*.deb'], isEach: true, most: 345, why: `packed with xz; ${WHY_PACKED}` },
  {
    part: 'rpm',
    files: ['*.rpm'],
    isEach: true,
    most: 365,
    why: `packed with zstd; ${WHY_PACKED}`,
  },
  {
    part: 'AppImage',
    files: ['*.AppImage'],
    isEach: true,
    most: 385,
    why: `packed with zlib; ${WHY_PACKED}`,
  },
  {
    part: 'tar.gz',
    files: ['*.tar.gz'],
    isEach: true,
    most: 385,
    why: `packed with zlib; ${WHY_PACKED}`,
  },
  {
    part: 'Windows installer',
    files: ['*.exe'],
    isEach: true,
    most: 345,
    why: `packed with LZMA; ${WHY_PACKED}`,
  },
  {
    part: 'macOS image',
    files: ['*.dmg'],
    isEach: true,
    most: 400,
    why: `packed with zlib; ${WHY_PACKED}`,
  },
  {
    part: 'macOS zip',
    files: ['*.zip'],
    isEach: true,
    most: 400,
    why: 'what the app updates itself from',
  },
];
