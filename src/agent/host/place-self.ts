/** Puts the program that runs now into a home as a build, for an agent that was not sent there by a coordinator. */
import { chmod, copyFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Program } from '../start-supervisor.ts';
import { hashFile, markValid, readValid, setCurrent } from './builds.ts';
import { buildPlace, EXECUTABLE, type Home } from './home.ts';
import { shellWord } from './services/service.ts';

export interface Self {
  readonly program: Program;
  readonly build: string;
  readonly version: string;
}

/** Makes it the current build, at once. */
export async function placeSelf(home: Home, { program, build, version }: Self): Promise<void> {
  if ((await readValid(home, build)) === null) {
    const place = buildPlace(home, build);
    await rm(place.partial, { recursive: true, force: true });
    await rm(place.dir, { recursive: true, force: true });
    await mkdir(place.partial, { recursive: true });
    const file = path.join(place.partial, EXECUTABLE);
    await put(program, file);
    const [{ size }, sha256] = await Promise.all([stat(file), hashFile(file)]);
    await rename(place.partial, place.dir);
    await markValid(home, { build, version, size, sha256 });
  }
  await setCurrent(home, build);
}

/** Run from its sources, a program is what its checkout is: then a script that runs that. */
async function put({ command, args }: Program, file: string): Promise<void> {
  if (args.length === 0) {
    await copyFile(command, file);
  } else {
    const words = [command, ...args].map(shellWord).join(' ');
    await writeFile(file, `#!/bin/sh\nexec ${words} "$@"\n`);
  }
  await chmod(file, 0o755);
  await using handle = await open(file, 'r');
  await handle.sync();
}
