/**
 * The programs that esbuild bundles:
 *
 *   node scripts/build/programs.mjs
 *   node scripts/build/programs.mjs --to FOLDER NAME...    some of them, into another folder than dist
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { DIST, fromRoot } from '../setup/paths.mjs';
import { runMain, SetupError } from '../setup/say.mjs';
import { packagesOf, rememberMadeFrom } from '../shipped/made-from.mjs';
import { buildConstants } from './version.mjs';

const PROGRAMS = [
  // Native modules stay outside and are found in node_modules.
  {
    from: 'src/cli/main.ts',
    to: 'koubou.cjs',
    target: 'node24',
    // ssh2 would like to know the processor and does as well without.
    external: ['better-sqlite3', '@lydell/node-pty', 'cpu-features'],
  },
  { from: 'src/cli/launch.ts', to: 'launch.cjs', target: 'node24', external: [] },
  {
    from: 'src/main/electron/main.ts',
    to: 'electron/main.cjs',
    target: 'node20.18',
    external: ['electron'],
  },
  {
    // Apart, for the main process is compiled anew at each start, and needs this after the window.
    from: 'src/main/electron/update/updates.ts',
    to: 'electron/updates.cjs',
    target: 'node20.18',
    external: ['electron'],
  },
  { from: 'src/preload/index.ts', to: 'preload.cjs', target: 'node20.18', external: ['electron'] },
];

/** What the main process loads later is a program of its own. */
const updatesApart = {
  name: 'updates-apart',
  setup(builder) {
    // As `require`, which finds it in the app's archive.
    builder.initialOptions.supported = { 'dynamic-import': false };
    builder.onResolve({ filter: /\/updates\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './updates.cjs', external: true } : null,
    );
  },
};

/** Of what zod says in fifty languages, programs use English: what users read is ours. */
const withoutLocales = {
  name: 'without-locales',
  setup(builder) {
    builder.onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer, path: file }) =>
      /node_modules[\\/]zod[\\/]/.test(importer) ? { path: file, namespace: 'no-locales' } : null,
    );
    builder.onLoad({ filter: /./, namespace: 'no-locales' }, () => ({ contents: 'export {}' }));
  },
};

await runMain(async () => {
  const absent = PROGRAMS.find((program) => !fs.existsSync(fromRoot(program.from)));
  if (absent) throw new SetupError(`${absent.from} is missing: dist/${absent.to} is built from it`);
  const { values, positionals } = parseArgs({
    options: { to: { type: 'string', default: DIST } },
    allowPositionals: true,
  });
  const isAll = positionals.length === 0;
  const programs = PROGRAMS.filter(({ to }) => isAll || positionals.includes(to));
  const define = buildConstants();
  const built = await Promise.all(programs.map((program) => bundle(program, values.to, define)));
  for (const file of built.flatMap(({ outputFiles }) => outputFiles))
    writeWhole(file.path, file.contents);
  if (!isAll) return;
  const lists = PROGRAMS.map(({ to }, at) => [to, packagesOf(inputsOf(built[at].metafile))]);
  rememberMadeFrom('programs', Object.fromEntries(lists));
});

async function bundle(program, folder, define) {
  try {
    return await build(optionsFor(program, folder, define));
  } catch (error) {
    // esbuild has printed what is wrong.
    throw Array.isArray(error.errors) ? new SetupError(`${program.from} does not build`) : error;
  }
}

function optionsFor({ from, to, target, external }, folder, define) {
  return {
    absWorkingDir: fromRoot(),
    entryPoints: [from],
    outfile: path.join(folder, to),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target,
    external,
    sourcemap: true,
    logLevel: 'warning',
    plugins: [withoutLocales, ...(to === 'electron/main.cjs' ? [updatesApart] : [])],
    define: {
      ...define,
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      // ws would look for two optional native packages, and Node warns about each.
      'process.env.WS_NO_BUFFER_UTIL': '"1"',
      'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
    },
  };
}

/** Of what was looked at, only that of which something is in the program. */
function inputsOf({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}

// A program may be started while it is built: it gets the old file or the new one.
function writeWhole(file, contents) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, contents);
  fs.renameSync(draft, file);
}
