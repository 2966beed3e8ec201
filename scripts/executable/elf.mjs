/** Linux programs without what only a debugger reads: a sixth smaller, the same for every host that builds them. */

const ALLOCATED = 2;
const NOBITS = 8;
const LOAD = 1;

/** The sections of a 64-bit little-endian ELF file. */
export function elfSections(file) {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1)
    throw new Error('not a 64-bit little-endian ELF file');
  const offset = Number(file.readBigUInt64LE(0x28));
  const count = file.readUInt16LE(0x3c);
  const names = sectionAt(file, offset, file.readUInt16LE(0x3e));
  return Array.from({ length: count }, (_, index) => {
    const section = sectionAt(file, offset, index);
    return { ...section, name: textAt(file, names.offset + section.nameAt) };
  });
}

/** The bytes of a program, without symbols and debug information. */
export function stripElf(file) {
  const sections = elfSections(file);
  const kept = sections.filter(({ index, flags }) => index === 0 || (flags & ALLOCATED) !== 0);
  // Else links between sections and symbols would have to be numbered again.
  if (kept.some(({ index }, at) => index !== at))
    throw new Error('sections are in an unknown order');
  const ends = kept.map(({ type, offset, size }) => (type === NOBITS ? offset : offset + size));
  const end = Math.max(...ends, ...loadedEnds(file));
  const names = Buffer.from(
    `\0${[...kept.slice(1).map(({ name }) => name), '.shstrtab'].join('\0')}\0`,
  );
  const table = Math.ceil((end + names.length) / 8) * 8;
  const out = Buffer.alloc(table + 64 * (kept.length + 1));
  file.copy(out, 0, 0, end);
  names.copy(out, end);
  for (const { index, at, name } of kept) {
    file.copy(out, table + 64 * index, at, at + 64);
    out.writeUInt32LE(index === 0 ? 0 : names.indexOf(`\0${name}\0`) + 1, table + 64 * index);
  }
  writeNamesSection(out, table + 64 * kept.length, {
    nameAt: names.indexOf('\0.shstrtab\0') + 1,
    offset: end,
    size: names.length,
  });
  out.writeBigUInt64LE(BigInt(table), 0x28);
  out.writeUInt16LE(kept.length + 1, 0x3c);
  out.writeUInt16LE(kept.length, 0x3e);
  return out;
}

function writeNamesSection(out, at, { nameAt, offset, size }) {
  const STRTAB = 3;
  out.writeUInt32LE(nameAt, at);
  out.writeUInt32LE(STRTAB, at + 4);
  out.writeBigUInt64LE(BigInt(offset), at + 24);
  out.writeBigUInt64LE(BigInt(size), at + 32);
  out.writeBigUInt64LE(1n, at + 48);
}

function loadedEnds(file) {
  const offset = Number(file.readBigUInt64LE(0x20));
  const count = file.readUInt16LE(0x38);
  return Array.from({ length: count }, (_, index) => offset + 56 * index)
    .filter((at) => file.readUInt32LE(at) === LOAD)
    .map((at) => Number(file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32)));
}

function sectionAt(file, table, index) {
  const at = table + 64 * index;
  return {
    index,
    at,
    nameAt: file.readUInt32LE(at),
    type: file.readUInt32LE(at + 4),
    flags: Number(file.readBigUInt64LE(at + 8)),
    offset: Number(file.readBigUInt64LE(at + 24)),
    size: Number(file.readBigUInt64LE(at + 32)),
  };
}

function textAt(file, at) {
  return file.toString('latin1', at, file.indexOf(0, at));
}
