/** The three programs that esbuild bundles. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

const PROGRAMS = [
  // Native modules stay outside and are found in node_modules.
  { from: 'src/cli/main.ts', to: 'koubou.cjs', target: 'node24', external: ['better-sqlite3', '@lydell/node-pty'] },
  { from: 'src/main/electron/main.ts', to: 'electron/main.cjs', target: 'node20.18', external: ['electron'] },
  { from: 'src/preload/index.ts', to: 'preload.cjs', target: 'node20.18', external: ['electron'] },
];

/** Bundles every program into dist. Each file appears whole or not at all. */
export async function buildPrograms(define) {
  const absent = PROGRAMS.find((program) => !fs.existsSync(fromRoot(program.from)));
  if (absent) throw new SetupError(`${absent.from} is missing: dist/${absent.to} is built from it`);
  await Promise.all(PROGRAMS.map((program) => bundle(program, define)));
}

async function bundle({ from, to, target, external }, define) {
  const { outputFiles } = await build({
    absWorkingDir: fromRoot(),
    entryPoints: [from],
    outfile: path.join(DIST, to),
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    external,
    sourcemap: true,
    logLevel: 'warning',
    define: {
      ...define,
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      // ws would look for two optional native packages, and Node warns about each.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
  });
  for (const file of outputFiles) writeWhole(file.path, file.contents);
}

function writeWhole(file, contents) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, contents);
  fs.renameSync(draft, file);
}
