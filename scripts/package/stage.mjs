/**
 * Puts together what travels beside the app's archive: the executable of this platform as it is started, those for other
 * machines packed, and the licences. It becomes the folder `resources` of the installed app.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileNameOn } from '../executable/platforms.mjs';
import { DIST } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

export const STAGE = path.join(DIST, 'package');

/** @param platform of the app, as `platforms.mjs` names it */
export async function stagePackage(platform) {
  const from = path.join(DIST, 'executables');
  const manifest = JSON.parse(fs.readFileSync(path.join(from, 'manifest.json'), 'utf8'));
  const own = manifest.executables.find((one) => one.platform === platform);
  if (!own) throw new SetupError(`dist/executables has none for ${platform}: npm run build:koubou`);
  fs.rmSync(STAGE, { recursive: true, force: true });
  const program = path.join(STAGE, 'bin', fileNameOn(platform));
  fs.mkdirSync(path.dirname(program), { recursive: true });
  fs.copyFileSync(path.join(from, own.file), program);
  fs.chmodSync(program, 0o755);
  for (const { gzip } of manifest.executables) {
    const to = path.join(STAGE, 'executables', gzip.file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(path.join(from, gzip.file), to);
  }
  fs.writeFileSync(
    path.join(STAGE, 'executables/manifest.json'),
    `${JSON.stringify(manifest, null, 2)}\n`,
  );
}
