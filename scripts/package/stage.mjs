/**
 * Puts together what travels beside the app's archive: the executable of this platform as it is started, and beside it those for
 * other machines, packed, where it looks for them, and what is to be said of licences. It becomes the folder `resources` of the
 * installed app.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileNameOn } from '../executable/platforms.mjs';
import { DIST } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';
import { writePapers } from '../shipped/papers.mjs';
import { stageSystemFiles } from './system-files.mjs';

export const STAGE = path.join(DIST, 'package');
const EXECUTABLES = path.join(DIST, 'executables');

/**
 * @param options `platform`: of the app, as `platforms.mjs` names it; `platforms`: that agents can be installed on from it;
 *   `version`: of the package; `from`: the folder with the executables and their manifest; `appImage`: it is packed as one, too
 */
export function stagePackage({ platform, platforms, version, from = EXECUTABLES, appImage }) {
  const manifest = readManifest(from);
  const executables = manifest.executables.filter((one) => platforms.includes(one.platform));
  const own = executables.find((one) => one.platform === platform);
  if (!own) throw new SetupError(`${from} has none for ${platform}: npm run build:koubou`);
  fs.rmSync(STAGE, { recursive: true, force: true });
  const program = path.join(STAGE, 'bin', fileNameOn(platform));
  copy(path.join(from, own.file), program);
  fs.chmodSync(program, 0o755);
  const packed = path.join(STAGE, 'bin/executables');
  for (const { gzip } of executables)
    copy(path.join(from, gzip.file), path.join(packed, gzip.file));
  const listed = { ...manifest, executables };
  fs.writeFileSync(path.join(packed, 'manifest.json'), `${JSON.stringify(listed, null, 2)}\n`);
  writePapers(STAGE, { version, executables, appImage });
  if (platform.startsWith('linux-')) stageSystemFiles(version);
}

function readManifest(from) {
  return JSON.parse(fs.readFileSync(path.join(from, 'manifest.json'), 'utf8'));
}

function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
}
