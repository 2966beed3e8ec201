/** How this program starts itself again in another role, and finds what is shipped with it. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { isExecutable } from './executable.ts';
import { unpackFolder } from './load.ts';

export interface Program {
  readonly command: string;
  /** What stands before the role: nothing for the single executable. */
  readonly args: readonly string[];
}

export function thisProgram(): Program {
  if (isExecutable()) return { command: process.execPath, args: [] };
  return { command: process.execPath, args: [scriptFile()] };
}

/** The folder of the built user interface; `undefined` when it was not built. */
export function uiFolder(): string | undefined {
  if (isExecutable()) return unpackFolder('ui');
  const folder = path.join(path.dirname(scriptFile()), 'ui');
  return existsSync(path.join(folder, 'index.html')) ? folder : undefined;
}

/** The folder with the sample of the demo. */
export function resourcesFolder(): string {
  if (isExecutable()) return unpackFolder('resources');
  return path.resolve(path.dirname(scriptFile()), '..', 'resources');
}

/** Where the executables for other machines are when nobody says otherwise: beside the program. */
export function executablesFolder(): string {
  return path.join(path.dirname(isExecutable() ? process.execPath : scriptFile()), 'executables');
}

function scriptFile(): string {
  return realpathSync(process.argv[1] ?? '');
}
