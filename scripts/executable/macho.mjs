/**
 * An ad-hoc signature for a Mac program. Macs with Apple's processors end a program without a signature at its start, and
 * the one of Node is no longer right after our part is put in. `codesign --sign -` makes the same, on a Mac only.
 *
 * The signature is the last part of the file: a blob with one directory of the SHA-256 of every page before it. Formats:
 * mach-o/loader.h (little endian) and kern/cs_blobs.h (big endian) of Apple's open sources.
 */
import crypto from 'node:crypto';

const MAGIC_64 = 0xfeedfacf;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const HEADER = 32;

const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
/** The version whose directory ends with the executable segment. */
const VERSION = 0x20400;
const ADHOC_LINKER_SIGNED = 0x20002;
const DIRECTORY_FIELDS = 88;
const SHA256 = 2;
const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const MAIN_BINARY = 1n;

/** The segments and the place of the signature of a thin 64-bit Mach-O file. */
export function readMachO(file) {
  if (file.readUInt32LE(0) !== MAGIC_64) throw new Error('not a thin 64-bit Mach-O file');
  const commands = file.readUInt32LE(16);
  const segments = [];
  let signature;
  let at = HEADER;
  for (let i = 0; i < commands; i++) {
    const command = file.readUInt32LE(at);
    if (command === LC_SEGMENT_64) segments.push(segmentAt(file, at));
    if (command === LC_CODE_SIGNATURE)
      signature = { offset: file.readUInt32LE(at + 8), size: file.readUInt32LE(at + 12) };
    at += file.readUInt32LE(at + 4);
  }
  return { commands, commandsEnd: at, segments, signature };
}

/**
 * The file with a signature.
 * @param {Buffer} file a program without one
 * @param {string} identifier names the program in the signature
 */
export function signAdHoc(file, identifier) {
  const { commands, commandsEnd, segments, signature } = readMachO(file);
  if (signature) throw new Error('the program is signed already');
  const text = named(segments, '__TEXT');
  const link = named(segments, '__LINKEDIT');
  const firstByte = Math.min(
    ...segments.flatMap(({ sections }) => sections.filter((offset) => offset > 0)),
  );
  if (commandsEnd + 16 > firstByte) throw new Error('there is no room for another load command');

  const start = roundUp(file.length, 16);
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(start / PAGE);
  const directory = DIRECTORY_FIELDS + name.length + 32 * pages;
  const size = roundUp(20 + directory, 16);
  const out = Buffer.alloc(start + size);
  file.copy(out);

  out.writeUInt32LE(commands + 1, 16);
  out.writeUInt32LE(commandsEnd - HEADER + 16, 20);
  [LC_CODE_SIGNATURE, 16, start, size].forEach((value, i) =>
    out.writeUInt32LE(value, commandsEnd + 4 * i),
  );
  const linkSize = start + size - link.offset;
  out.writeBigUInt64LE(BigInt(linkSize), link.at + 48);
  out.writeBigUInt64LE(BigInt(roundUp(linkSize, 0x4000)), link.at + 32);

  // One slot, 0: the code directory, 20 bytes on.
  writeWords(out, start, [SUPER_BLOB, 20 + directory, 1, 0, 20]);
  writeDirectory(out, start + 20, { name, pages, limit: start, directory, text });
  return out;
}

/** Which pages are not what the signature says; empty when all are. */
export function wrongPages(file) {
  const { signature } = readMachO(file);
  if (!signature) throw new Error('the program has no signature');
  const at = signature.offset + file.readUInt32BE(signature.offset + 16);
  if (file.readUInt32BE(at) !== CODE_DIRECTORY)
    throw new Error('the signature has no code directory');
  const hashes = at + file.readUInt32BE(at + 16);
  const count = file.readUInt32BE(at + 28);
  const limit = file.readUInt32BE(at + 32);
  if (limit !== signature.offset || count !== Math.ceil(limit / PAGE))
    throw new Error('the signature does not cover the whole program');
  const isWrong = (page) =>
    !pageHash(file, page, limit).equals(
      file.subarray(hashes + 32 * page, hashes + 32 * (page + 1)),
    );
  return Array.from({ length: count }, (_, page) => page).filter(isWrong);
}

function writeDirectory(out, at, { name, pages, limit, directory, text }) {
  const hashes = DIRECTORY_FIELDS + name.length;
  writeWords(out, at, [
    CODE_DIRECTORY,
    directory,
    VERSION,
    ADHOC_LINKER_SIGNED,
    hashes,
    DIRECTORY_FIELDS,
    0,
    pages,
    limit,
  ]);
  // Size and kind of a hash, platform, size of a page.
  out.set([32, SHA256, 0, PAGE_BITS], at + 36);
  // At 40 to 64: spare, scatter, team, spare, a limit over 4 GB: all 0.
  out.writeBigUInt64BE(BigInt(text.offset), at + 64);
  out.writeBigUInt64BE(BigInt(text.size), at + 72);
  out.writeBigUInt64BE(MAIN_BINARY, at + 80);
  name.copy(out, at + DIRECTORY_FIELDS);
  for (let page = 0; page < pages; page++)
    pageHash(out, page, limit).copy(out, at + hashes + 32 * page);
}

function pageHash(file, page, limit) {
  const bytes = file.subarray(page * PAGE, Math.min((page + 1) * PAGE, limit));
  return crypto.createHash('sha256').update(bytes).digest();
}

function segmentAt(file, at) {
  const sections = Array.from({ length: file.readUInt32LE(at + 64) }, (_, i) =>
    file.readUInt32LE(at + 72 + 80 * i + 48),
  );
  return {
    at,
    name: file.toString('latin1', at + 8, at + 24).replace(/\0.*$/s, ''),
    offset: Number(file.readBigUInt64LE(at + 40)),
    size: Number(file.readBigUInt64LE(at + 48)),
    sections,
  };
}

function named(segments, name) {
  const found = segments.find((segment) => segment.name === name);
  if (!found) throw new Error(`the program has no ${name}`);
  return found;
}

function writeWords(out, at, words) {
  words.forEach((word, i) => out.writeUInt32BE(word, at + 4 * i));
}

function roundUp(value, step) {
  return Math.ceil(value / step) * step;
}
