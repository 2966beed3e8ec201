/**
 * Loads packages with a native part. In the single executable they are unpacked first; else they are in node_modules. A
 * machine may be too old for one: that is told as a sentence, and the caller says what does not work without it.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { isExecutable, readPart } from './executable.ts';
import { placesOf, surroundings } from './places.ts';
import { unpack } from './unpack.ts';

export const NATIVES = ['better-sqlite3', '@lydell/node-pty'] as const;
export type NativeName = (typeof NATIVES)[number];

/** A native module cannot be loaded here; the message is for people. */
export class NativeError extends Error {
  readonly native: NativeName;
  constructor(native: NativeName, why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'NativeError';
    this.native = native;
  }
}

export interface LoadedNative {
  /** What `require` takes, in another thread, say. */
  readonly entry: string;
  /** What the package exports; to be checked by the caller, who knows its type. */
  readonly exports: unknown;
}

/** @throws NativeError */
export function loadNative(name: NativeName): LoadedNative {
  return isExecutable() ? loadUnpacked(name) : loadInstalled(name);
}

/** A folder of the executable as a folder on disk. @throws Error when no place takes it */
export function unpackFolder(name: string): string {
  const part = readPart(name);
  return firstThatWorks((place) => unpack(part, place));
}

function loadInstalled(name: NativeName): LoadedNative {
  const require = createRequire(import.meta.filename);
  try {
    return load(require, name);
  } catch (error) {
    throw explain(name, error);
  }
}

function loadUnpacked(name: NativeName): LoadedNative {
  try {
    const part = readPart(name);
    return firstThatWorks((place) => {
      const require = createRequire(path.join(place, part.sha256, 'here.cjs'));
      if (!isLoaded(require, name)) unpack(part, place);
      return load(require, name);
    });
  } catch (error) {
    throw explain(name, error);
  }
}

function load(require: NodeJS.Require, name: NativeName): LoadedNative {
  const entry = require.resolve(name);
  const isNew = require.cache[entry] === undefined;
  const exports: unknown = require(entry);
  try {
    if (isNew) USE[name](exports);
  } catch (error) {
    delete require.cache[entry];
    throw error;
  }
  return { entry, exports };
}

const Sqlite = z.custom<new (file: string) => { close(): void }>(
  (value) => typeof value === 'function',
);

/** Uses a package for the first time, since it may load its native part no sooner. */
const USE: Readonly<Record<NativeName, (exports: unknown) => void>> = {
  'better-sqlite3': (exports) => new (Sqlite.parse(exports))(':memory:').close(),
  '@lydell/node-pty': () => {},
};

/** It was compared with the executable when it was loaded; once is enough. */
function isLoaded(require: NodeJS.Require, name: NativeName): boolean {
  try {
    return require.cache[require.resolve(name)]?.loaded === true;
  } catch {
    // Not unpacked there yet.
    return false;
  }
}

/** The machine lacks what the module was built for: another folder changes nothing. */
const HOPELESS = /GLIBC|wrong ELF class|invalid ELF header|incompatible architecture/;

function firstThatWorks<T>(use: (place: string) => T): T {
  let first: Error | undefined;
  for (const place of placesOf(surroundings())) {
    try {
      return use(place);
    } catch (error) {
      const why = error instanceof Error ? error : new Error(String(error));
      if (HOPELESS.test(why.message)) throw why;
      // Not writable, full, not ours, or it holds no programs (noexec). The first place is the one to repair.
      first ??= why;
    }
  }
  throw first ?? new Error('there is no folder to unpack it in: set HOME');
}

function explain(name: NativeName, error: unknown): NativeError {
  const said = messageOf(error);
  const [, library = '', wanted = ''] =
    /version `(GLIBC|GLIBCXX)_([\d.]+)' not found/.exec(said) ?? [];
  const needs =
    library === 'GLIBC' ? `glibc ${wanted} or newer` : `a newer libstdc++ (GLIBCXX ${wanted})`;
  const why = library === '' ? said : `it needs ${needs}, which this system is too old for`;
  return new NativeError(name, `${name} cannot be loaded here: ${why}`, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
