/**
 * The executable of this platform as it will be in the next version, for a test that updates the installed app:
 *
 *   node scripts/package/next.mjs VERSION FOLDER
 *
 * What is built already is taken, with another version and another build in it: no source is read.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { assemble } from '../executable/assemble.mjs';
import { sha256 } from '../executable/assets.mjs';
import { fileNameOn, thisPlatform } from '../executable/platforms.mjs';
import { DIST } from '../setup/paths.mjs';
import { runMain, SetupError } from '../setup/say.mjs';

await runMain(async () => {
  const [version, folder] = process.argv.slice(2);
  const now = JSON.parse(fs.readFileSync(path.join(DIST, 'executables/manifest.json'), 'utf8'));
  const build = crypto.hash('sha256', `${version} ${now.build}`).slice(0, now.build.length);
  const platform = thisPlatform();
  const name = fileNameOn(platform);
  fs.mkdirSync(path.join(folder, platform), { recursive: true });
  const file = await assemble(
    platform,
    await mainScript([now.version, version], [now.build, build]),
    path.join(folder, platform, name),
  );
  const packed = zlib.gzipSync(file);
  fs.writeFileSync(path.join(folder, platform, 'koubou.gz'), packed);
  const gzip = { file: `${platform}/koubou.gz`, size: packed.length, sha256: sha256(packed) };
  const entry = { platform, file: `${platform}/${name}`, size: file.length, sha256: sha256(file) };
  const manifest = { ...now, version, build, executables: [{ ...entry, gzip }] };
  fs.writeFileSync(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
});

/** @param changes pairs of a text that the bundler put in (`scripts/build/version.mjs`), and what is to stand there */
async function mainScript(...changes) {
  let source = fs.readFileSync(path.join(DIST, 'koubou.cjs'), 'utf8');
  source = source.replace(/^#!.*\n/, '').replace(/\n\/\/# sourceMappingURL=.*\n*$/, '\n');
  for (const [was, is] of changes) {
    const text = JSON.stringify(was);
    if (!source.includes(text)) throw new SetupError(`dist/koubou.cjs does not name ${text}`);
    source = source.replaceAll(text, JSON.stringify(is));
  }
  return source;
}
