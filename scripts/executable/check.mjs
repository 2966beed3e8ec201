/** Looks into finished executables: which machine they are for, and what was put in, found the way Node finds it. */
import { readMachO } from './macho.mjs';

const NAME = 'NODE_SEA_BLOB';

const ELF_MACHINES = { 62: 'linux-x64', 183: 'linux-arm64' };
const PE_MACHINES = { 0x8664: 'win-x64' };
const MACH_MACHINES = { 0x01000007: 'darwin-x64', 0x0100000c: 'darwin-arm64' };

/** The platform of a program, by its headers. */
export function machineOf(file) {
  switch (formatOf(file)) {
    case 'elf':
      return ELF_MACHINES[file.readUInt16LE(18)];
    case 'pe':
      return PE_MACHINES[file.readUInt16LE(file.readUInt32LE(0x3c) + 4)];
    case 'mach-o':
      return MACH_MACHINES[file.readUInt32LE(4)];
  }
}

/** The bytes that were put in. */
export function blobIn(file) {
  const find = { elf: blobInElf, pe: blobInPe, 'mach-o': blobInMachO }[formatOf(file)];
  const found = find(file);
  if (!found) throw new Error(`there is no ${NAME} in it`);
  return found;
}

function formatOf(file) {
  if (file.readUInt32BE(0) === 0x7f454c46) return 'elf';
  if (file.readUInt32LE(0) === 0xfeedfacf) return 'mach-o';
  if (file.toString('latin1', 0, 2) === 'MZ') return 'pe';
  throw new Error('not a program of a known kind');
}

/** A note with our name. */
function blobInElf(file) {
  const NOTE = 4;
  const table = Number(file.readBigUInt64LE(0x20));
  for (let i = 0; i < file.readUInt16LE(0x38); i++) {
    const header = table + 56 * i;
    if (file.readUInt32LE(header) !== NOTE) continue;
    let at = Number(file.readBigUInt64LE(header + 8));
    const end = at + Number(file.readBigUInt64LE(header + 32));
    while (at + 12 <= end) {
      const nameSize = file.readUInt32LE(at);
      const size = file.readUInt32LE(at + 4);
      const content = at + 12 + roundUp(nameSize);
      if (file.toString('latin1', at + 12, at + 12 + NAME.length) === NAME)
        return file.subarray(content, content + size);
      at = content + roundUp(size);
    }
  }
  return undefined;
}

/** The section of that name in the segment of the same name. */
function blobInMachO(file) {
  const segment = readMachO(file).segments.find(({ name }) => name === 'NODE_SEA');
  if (!segment) return undefined;
  const section = segment.at + 72;
  if (!file.toString('latin1', section, section + 16).startsWith(`__${NAME}`)) return undefined;
  const at = file.readUInt32LE(section + 48);
  return file.subarray(at, at + Number(file.readBigUInt64LE(section + 40)));
}

/** A resource: raw data (10) of that name, in the first language. */
function blobInPe(file) {
  const RAW_DATA = 10;
  const coff = file.readUInt32LE(0x3c) + 4;
  const optional = coff + 20;
  const resources = file.readUInt32LE(optional + 112 + 8 * 2);
  const sections = optional + file.readUInt16LE(coff + 16);
  const offsetOf = (address) => {
    for (let i = 0; i < file.readUInt16LE(coff + 2); i++) {
      const at = sections + 40 * i;
      const start = file.readUInt32LE(at + 12);
      if (address >= start && address < start + file.readUInt32LE(at + 16))
        return file.readUInt32LE(at + 20) + address - start;
    }
    throw new Error('a resource outside of every section');
  };
  const root = offsetOf(resources);
  const kind = entriesAt(file, root, root).find(({ id }) => id === RAW_DATA);
  const named = kind && entriesAt(file, root, kind.at).find(({ name }) => name === NAME);
  const language = named && entriesAt(file, root, named.at)[0];
  if (!language) return undefined;
  const at = offsetOf(file.readUInt32LE(language.at));
  return file.subarray(at, at + file.readUInt32LE(language.at + 4));
}

function entriesAt(file, root, at) {
  const HIGH = 0x80000000;
  const count = file.readUInt16LE(at + 12) + file.readUInt16LE(at + 14);
  return Array.from({ length: count }, (_, i) => {
    const id = file.readUInt32LE(at + 16 + 8 * i);
    const to = file.readUInt32LE(at + 16 + 8 * i + 4);
    const text = root + (id & ~HIGH);
    const isNamed = id >= HIGH;
    const name = isNamed
      ? file.toString('utf16le', text + 2, text + 2 + 2 * file.readUInt16LE(text))
      : undefined;
    return { id, name, at: root + (to & ~HIGH) };
  });
}

function roundUp(size) {
  return Math.ceil(size / 4) * 4;
}
