/**
 * Builds executables from dist/koubou.cjs into dist/executables, on the pinned Node:
 * `node scripts/executable/build.mjs PLATFORM...`. The same input gives the same bytes: nothing in them
 * tells when, where or by whom they were built.
 */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DIST, NODE } from '../setup/paths.mjs';
import { capture } from '../setup/run.mjs';
import { runMain, say, SetupError } from '../setup/say.mjs';
import { assetsFor, sha256 } from './assets.mjs';
import { stripElf } from './elf.mjs';
import { signAdHoc } from './macho.mjs';
import { lockedPackage, packageFolder } from './packages.mjs';
import { fileNameOn, PLATFORMS, thisPlatform } from './platforms.mjs';
import { ignoreNodeOptions, putIn, seaBlob } from './sea.mjs';

const OUT = path.join(DIST, 'executables');
const MANIFEST = path.join(OUT, 'manifest.json');

await runMain(async () => {
  fs.mkdirSync(OUT, { recursive: true });
  // Read once: it may be built anew meanwhile.
  const main = mainScript();
  const about = aboutOf(main);
  for (const platform of process.argv.slice(2)) {
    const started = performance.now();
    const entry = await buildOne(platform, main);
    list(about, entry);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(
      `built koubou for ${platform} in ${seconds} s: ${megabytes(entry.size)}, packed ${megabytes(entry.gzip.size)}`,
    );
  }
});

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

async function assemble(platform, main, to) {
  const { node: packageName } = PLATFORMS[platform];
  const { version } = lockedPackage(packageName);
  const binary = platform.startsWith('win-') ? 'bin/node.exe' : 'bin/node';
  let node = fs.readFileSync(path.join(packageFolder(packageName), binary));
  if (platform.startsWith('linux-')) node = stripElf(node);
  ignoreNodeOptions(node, version);
  fs.writeFileSync(to, node, { mode: 0o755 });
  const content = { name: 'koubou.cjs', main, assets: assetsFor(platform) };
  await putIn(to, seaBlob(content, version), platform);
  if (platform.startsWith('darwin-'))
    fs.writeFileSync(to, signAdHoc(fs.readFileSync(to), 'koubou'));
  return fs.readFileSync(to);
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
