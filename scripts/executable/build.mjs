/**
 * Builds executables from dist/koubou.cjs into dist/executables, on the pinned Node:
 *
 *   node scripts/executable/build.mjs PLATFORM...
 *   node scripts/executable/build.mjs --to FOLDER PLATFORM...    the bare files, neither packed nor listed
 *
 * The same input gives the same bytes: nothing in them tells when or by whom they were built. The one for the machine that builds it
 * has a code cache besides (`code-cache.mjs`).
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import zlib from 'node:zlib';
import { DIST, NODE } from '../setup/paths.mjs';
import { capture } from '../setup/run.mjs';
import { runMain, say, SetupError } from '../setup/say.mjs';
import { assemble } from './assemble.mjs';
import { sha256 } from './assets.mjs';
import { fileNameOn, PLATFORMS, thisPlatform } from './platforms.mjs';

const OUT = path.join(DIST, 'executables');
const MANIFEST = path.join(OUT, 'manifest.json');

await runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { to: { type: 'string' } },
    allowPositionals: true,
  });
  // Read once: it may be built anew meanwhile.
  const main = mainScript();
  if (values.to !== undefined) return await buildBare(values.to, positionals, main);
  fs.mkdirSync(OUT, { recursive: true });
  const about = aboutOf(main);
  for (const platform of positionals) {
    const started = performance.now();
    const entry = await buildOne(platform, main);
    list(about, entry);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(
      `built koubou for ${platform} in ${seconds} s: ${megabytes(entry.size)}, packed ${megabytes(entry.gzip.size)}`,
    );
  }
});

async function buildBare(folder, platforms, main) {
  for (const platform of platforms) {
    fs.mkdirSync(path.join(folder, platform), { recursive: true });
    await assemble(platform, main, path.join(folder, platform, fileNameOn(platform)));
  }
}

async function buildOne(platform, main) {
  const folder = path.join(OUT, platform);
  const draft = path.join(OUT, `.${platform}.${process.pid}`);
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true });
  try {
    const name = fileNameOn(platform);
    const raw = path.join(draft, name);
    const file = await assemble(platform, main, raw);
    const packed = pack(file);
    fs.writeFileSync(path.join(draft, 'koubou.gz'), packed);
    if (platform !== thisPlatform()) fs.rmSync(raw);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(draft, folder);
    return {
      platform,
      file: `${platform}/${name}`,
      size: file.length,
      sha256: sha256(file),
      gzip: { file: `${platform}/koubou.gz`, size: packed.length, sha256: sha256(packed) },
    };
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/** As it is in dist, without what is for other ways to start it. */
function mainScript() {
  const source = fs.readFileSync(path.join(DIST, 'koubou.cjs'), 'utf8');
  return source.replace(/^#!.*\n/, '').replace(/\n\/\/# sourceMappingURL=.*\n*$/, '\n');
}

/** What the script says about itself. */
function aboutOf(main) {
  const file = path.join(OUT, `.about.${process.pid}.cjs`);
  fs.writeFileSync(file, main);
  try {
    const { code, out, err } = capture(NODE, [file, 'version', '--json']);
    if (code !== 0) throw new SetupError(`dist/koubou.cjs does not run: ${err.trim()}`);
    const { version, build, protocol } = JSON.parse(out);
    return { version, build, protocol };
  } finally {
    fs.rmSync(file);
  }
}

function pack(file) {
  const packed = zlib.gzipSync(file, { level: 9 });
  // No time in it (4 to 7), and no system that packed it.
  packed.fill(0, 4, 8);
  packed[9] = 255;
  return packed;
}

/** Only what belongs together is listed: what another build left is removed. */
function list(about, entry) {
  const before = readManifest();
  const isSame = before?.build === about.build && before.version === about.version;
  const others = isSame
    ? before.executables.filter(({ platform }) => platform !== entry.platform)
    : [];
  const executables = [...others, entry].toSorted((a, b) => (a.platform < b.platform ? -1 : 1));
  const draft = `${MANIFEST}.${process.pid}.tmp`;
  fs.writeFileSync(draft, `${JSON.stringify({ ...about, executables }, null, 2)}\n`);
  fs.renameSync(draft, MANIFEST);
  const listed = new Set(executables.map(({ platform }) => platform));
  for (const platform of Object.keys(PLATFORMS)) {
    if (!listed.has(platform))
      fs.rmSync(path.join(OUT, platform), { recursive: true, force: true });
  }
}

function readManifest() {
  try {
    return JSON.parse(fs.readFileSync(MANIFEST, 'utf8'));
  } catch {
    // None yet.
    return undefined;
  }
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
