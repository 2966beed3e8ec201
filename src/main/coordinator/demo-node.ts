/**
 * The sample of the demo is a JavaScript project, and its tests need a `node`. Outside of the single executable that is
 * the Node we run on; the executable plays it itself, through a program of that name in the demo's own folder.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { resourcesFolder, thisProgram } from '../../native/program.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The hidden command that `node` stands for; `src/cli/main.ts` knows it before this file is loaded. */
const SAMPLE_NODE = 'sample-node';

/** `env` with a `node` on the path. Local agents put the Node that we run on there themselves. */
export function envWithNode(env: Env, dataDir: string): Env {
  const { command, args } = thisProgram();
  if (args.length > 0) return env;
  const folder = path.join(dataDir, 'bin');
  const file = path.join(folder, 'node');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(
    file,
    `#!/bin/sh\nexec '${command.replaceAll("'", `'\\''`)}' ${SAMPLE_NODE} "$@"\n`,
  );
  chmodSync(file, 0o700);
  const others = env['PATH'] === undefined ? [] : [env['PATH']];
  return { ...env, PATH: [folder, ...others].join(path.delimiter) };
}

/** Runs what follows the command on our command line as `node` would. */
export function runSampleNode(): void {
  const file = path.join(resourcesFolder(), 'sample', 'node.cjs');
  createRequire(file)(file);
}
