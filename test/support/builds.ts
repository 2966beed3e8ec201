/**
 * Builds of the program for tests of updates: copies of the built one that call themselves something else, started by a shell
 * script as their executable, so that one is made in no time. What a script does besides makes a bad build.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { NODE, PROGRAM, ROOT } from './workshop.ts';

export interface Build {
  readonly id: string;
  /** The executable. */
  readonly bytes: Buffer;
}

/** One that is made from the program. */
export interface MadeBuild extends Build {
  /** What its executable starts with Node. */
  readonly program: string;
}

export interface Builds {
  /** The folder that the coordinator takes executables from (`KOUBOU_EXECUTABLES`). */
  readonly dir: string;
  /** What runs before any update. */
  readonly first: Build;
  /**
   * Makes a build.
   * @param script the lines of its executable, after `program` was set to what a good one runs
   * @param change made to the program itself
   */
  make(id: string, script?: string, change?: (program: string) => string): MadeBuild;
  /** Makes a build the newest one. */
  publish(build: Build): void;
}

export const GOOD = 'exec "$node" "$program" "$@"';
const PLATFORM = `${process.platform}-${process.arch}`;

/** @param dir for all of it; may exist */
export function makeBuilds(dir: string): Builds {
  const executables = path.join(dir, 'executables');
  const programs = path.join(dir, 'programs');
  for (const folder of [executables, programs]) mkdirSync(folder, { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(programs, 'node_modules'));
  const text = readFileSync(path.join(ROOT, 'dist/koubou.cjs'), 'utf8');
  const own = buildOf();

  function make(
    id: string,
    script = GOOD,
    change = (program: string): string => program,
  ): MadeBuild {
    const program = path.join(programs, `${id}.cjs`);
    writeFileSync(program, change(text.replaceAll(`"${own}"`, `"${id}"`)));
    return { id, program, bytes: scriptOf(program, script) };
  }
  return {
    dir: executables,
    // A copy: the built one may be another by the time that something is started from it.
    first: make('first-build'),
    make,
    publish: (build) => publish(executables, build),
  };
}

function buildOf(): string {
  const said = execFileSync(NODE, [PROGRAM, 'version', '--json'], { encoding: 'utf8' });
  return z.looseObject({ build: z.string() }).parse(JSON.parse(said)).build;
}

function scriptOf(program: string, script: string): Buffer {
  const head = ['#!/bin/sh', `node='${NODE}'`, `program='${program}'`];
  return Buffer.from(`${[...head, script].join('\n')}\n`);
}

function publish(dir: string, { id, bytes }: Build): void {
  const packed = gzipSync(bytes);
  const folder = path.join(dir, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'koubou'), bytes);
  writeFileSync(path.join(folder, 'koubou.gz'), packed);
  const about = (file: string, of: Buffer): object => ({
    file: path.join(id, file),
    size: of.length,
    sha256: createHash('sha256').update(of).digest('hex'),
  });
  const executable = {
    platform: PLATFORM,
    ...about('koubou', bytes),
    gzip: about('koubou.gz', packed),
  };
  const manifest = { version: '9.9.9', build: id, protocol: 2, executables: [executable] };
  writeFileSync(path.join(dir, 'manifest.json.new'), JSON.stringify(manifest));
  cpSync(path.join(dir, 'manifest.json.new'), path.join(dir, 'manifest.json'));
}
