/** The tools that electron-builder makes an AppImage with, from the system's packages, and a start program of our own. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { RUNTIME_LIBRARIES } from '../shipped/others.mjs';

/** The same list that tells their licences. */
const LIBRARIES = Object.values(RUNTIME_LIBRARIES).flatMap(({ link }) => link ?? []);

/** This machine's processor, as electron-builder names it. */
const { arch: ARCH } = process;

/** @returns the folder that `APPIMAGE_TOOLS_PATH` is to name */
export function ensureAppImageTools() {
  const dir = path.join(DIST, 'appimage-tools');
  const runtime = path.join(dir, `runtime-${ARCH}`);
  const source = fromRoot('scripts/package/appimage-runtime.c');
  if (isNewer(runtime, source)) return dir;
  fs.rmSync(dir, { recursive: true, force: true });
  for (const folder of [`linux-${ARCH}`, `lib/${ARCH}`])
    fs.mkdirSync(path.join(dir, folder), { recursive: true });
  fs.writeFileSync(path.join(dir, `lib/${ARCH}/.keep`), '');
  for (const name of ['mksquashfs', 'desktop-file-validate'])
    fs.symlinkSync(`/usr/bin/${name}`, path.join(dir, `linux-${ARCH}`, name));
  const draft = `${runtime}.tmp`;
  execFileSync('gcc', [
    ...['-O2', '-D_FILE_OFFSET_BITS=64', '-I/usr/include/squashfuse', '-static', '-s'],
    ...[source, '-o', draft],
    ...LIBRARIES.map((name) => `-l${name}`),
  ]);
  // Where desktops look for the mark of an AppImage of the second kind.
  const file = fs.openSync(draft, 'r+');
  fs.writeSync(file, Buffer.from('AI\u0002', 'latin1'), 0, 3, 8);
  fs.closeSync(file);
  fs.renameSync(draft, runtime);
  return dir;
}

function isNewer(file, source) {
  const made = fs.statSync(file, { throwIfNoEntry: false });
  return made !== undefined && made.mtimeMs > fs.statSync(source).mtimeMs;
}
