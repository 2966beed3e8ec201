/**
 * Looks for secrets in all that a program leaves behind: texts, whole folders with what is packed in them, git's objects, and
 * links.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { joined, spellingsOf, type Secret } from './spellings.ts';

/** Where which secret is, and how it is written: `token: base64 +1 in home/.cache/x`. */
export type Finding = string;

export interface Searcher {
  /** @param where for the finding */
  text(where: string, text: string | Buffer): Finding[];
  /** All below a folder but what `skip` names, by its path from there. What vanishes meanwhile is left out. */
  folder(dir: string, options?: FolderOptions): Finding[];
}

export interface FolderOptions {
  readonly skip?: (relative: string) => boolean;
  /** What stands before the path in a finding. */
  readonly name?: string;
}

/** Larger ones are searched as they are only. */
const MOST_JOINED_BYTES = 16 * 2 ** 20;

export function searcherFor(secrets: readonly Secret[]): Searcher {
  const needles = secrets.flatMap(({ name, value }) =>
    spellingsOf(value).map(({ how, text }) => ({
      what: `${name}: ${how}`,
      bytes: Buffer.from(text),
    })),
  );
  const inBytes = (where: string, bytes: Buffer): Finding[] =>
    needles
      .filter((needle) => bytes.includes(needle.bytes))
      .map(({ what }) => `${what} in ${where}`);

  const text = (where: string, given: string | Buffer): Finding[] => {
    const bytes = Buffer.isBuffer(given) ? given : Buffer.from(given);
    const found = inBytes(where, bytes);
    if (found.length > 0 || bytes.length > MOST_JOINED_BYTES) return found;
    // One character for each byte: what is no text stays what it is.
    const whole = Buffer.from(joined(bytes.toString('latin1')), 'latin1');
    return inBytes(`${where} (in parts)`, whole);
  };

  return {
    text,
    folder(dir, { skip = () => false, name = '' } = {}) {
      const found: Finding[] = [];
      for (const place of below(dir, '', skip)) {
        const where = path.join(name, place.relative);
        found.push(...inBytes(`the name ${where}`, Buffer.from(place.relative)));
        for (const bytes of contentsOf(place)) found.push(...text(where, bytes));
      }
      // What is found packed is often found as it is as well.
      return [...new Set(found)];
    },
  };
}

interface Place {
  readonly relative: string;
  readonly file: string;
  readonly kind: 'file' | 'link' | 'repository';
}

function* below(
  dir: string,
  relative: string,
  skip: (relative: string) => boolean,
): Generator<Place> {
  for (const name of orNone(() => readdirSync(dir), [])) {
    const place = { relative: path.join(relative, name), file: path.join(dir, name) };
    if (skip(place.relative)) continue;
    const stat = orNone(() => lstatSync(place.file), null);
    if (stat?.isSymbolicLink()) yield { ...place, kind: 'link' };
    else if (stat?.isFile()) yield { ...place, kind: 'file' };
    else if (stat?.isDirectory()) {
      const isPacked = existsSync(path.join(place.file, 'objects/pack'));
      if (isPacked) yield { ...place, kind: 'repository' };
      yield* below(place.file, place.relative, skip);
    }
  }
}

/** As it lies there, and unpacked. */
function contentsOf({ file, kind }: Place): Buffer[] {
  if (kind === 'link') return orNone(() => [Buffer.from(readlinkSync(file))], []);
  if (kind === 'repository') return orNone(() => [objectsOf(file)], []);
  const bytes = orNone(() => readFileSync(file), Buffer.alloc(0));
  const unpack = UNPACK.find(([begin]) =>
    begin.some((magic) => magic.equals(bytes.subarray(0, magic.length))),
  )?.[1];
  return unpack ? [bytes, ...orNone(() => [unpack(bytes)], [])] : [bytes];
}

/** By how such a file begins. */
const UNPACK: readonly (readonly [readonly Buffer[], (bytes: Buffer) => Buffer])[] = [
  [[Buffer.of(0x1f, 0x8b)], (bytes) => gunzipSync(bytes)],
  [[0x01, 0x5e, 0x9c, 0xda].map((level) => Buffer.of(0x78, level)), (bytes) => inflateSync(bytes)],
  [[Buffer.of(0x28, 0xb5, 0x2f, 0xfd)], (bytes) => zstdDecompressSync(bytes)],
];

/** All that was ever committed there, packed or not. */
function objectsOf(repository: string): Buffer {
  const args = [
    '-c',
    'safe.directory=*',
    'cat-file',
    '--batch-all-objects',
    '--batch',
    '--unordered',
  ];
  return execFileSync('git', ['--git-dir', repository, ...args], {
    maxBuffer: 512 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Of what somebody removes while we look, nothing is left to find. */
function orNone<T>(read: () => T, none: T): T {
  try {
    return read();
  } catch {
    return none;
  }
}
