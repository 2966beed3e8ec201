/**
 * What deb and rpm put into the system beside the app's own folder: the two programs on the PATH, their manual pages, the licence
 * and what has changed. electron-builder adds the desktop entry, with the links that the app opens, and the icons.
 */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DIST, fromRoot } from '../setup/paths.mjs';

/** A picture of `/`; `electron-builder.yml` names it. */
const ROOT = path.join(DIST, 'package-system');
const APP = '/opt/Koubou';

/** Where each program on the PATH is. */
const PROGRAMS = {
  koubou: `${APP}/resources/bin/koubou`,
  'koubou-desktop': `${APP}/koubou-desktop`,
};

export function stageSystemFiles(version) {
  fs.rmSync(ROOT, { recursive: true, force: true });
  for (const [name, program] of Object.entries(PROGRAMS)) {
    fs.symlinkSync(program, place('usr/bin', name));
    const manual = fs.readFileSync(fromRoot('scripts/package/system', `${name}.1`), 'utf8');
    writePacked(place('usr/share/man/man1', `${name}.1.gz`), manual.replace('@VERSION@', version));
  }
  const changes = fs.readFileSync(fromRoot('CHANGELOG.md'), 'utf8');
  writePacked(place('usr/share/doc/koubou', 'changelog.gz'), changes);
  fs.writeFileSync(place('usr/share/doc/koubou', 'copyright'), copyright());
}

/** In the form that Debian's tools read. */
function copyright() {
  const [, owner, text] = /^MIT License\s+Copyright \(c\) (.*)\n+([^]*)$/.exec(
    fs.readFileSync(fromRoot('LICENSE'), 'utf8'),
  );
  const indented = text.trimEnd().replaceAll(/^$/gm, '.').replaceAll(/^/gm, ' ');
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: Koubou',
    'Source: https://github.com/koubou-dev/koubou',
    '',
    'Files: *',
    `Copyright: ${owner}`,
    'License: Expat',
    `Comment: The licences of Electron and Chromium are in ${APP}, those of all`,
    ' other parts in the app, under Settings, About.',
    '',
    'License: Expat',
    indented,
    '',
  ].join('\n');
}

function place(folder, name) {
  const dir = path.join(ROOT, folder);
  fs.mkdirSync(dir, { recursive: true });
  return path.join(dir, name);
}

/** The same bytes for the same text: without a time, and without the system that packed it. */
function writePacked(file, text) {
  const packed = zlib.gzipSync(text, { level: 9 });
  packed.fill(0, 4, 8);
  packed[9] = 255;
  fs.writeFileSync(file, packed);
}
