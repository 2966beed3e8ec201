/** What executables are made with, on real programs where there is one for this machine. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NODE } from '../setup/paths.mjs';
import { codeCache } from './code-cache.mjs';
import { elfSections, stripElf } from './elf.mjs';
import { readMachO, signAdHoc, wrongPages } from './macho.mjs';
import { ignoreNodeOptions, seaBlob } from './sea.mjs';

vi.setConfig({ testTimeout: 30_000 });

let dir;
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'koubou-executable-'));
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

test('the blob is what Node itself would make', () => {
  const main = 'console.log("größe")';
  fs.writeFileSync(path.join(dir, 'main.cjs'), main);
  fs.writeFileSync(path.join(dir, 'asset'), 'in it');
  const config = {
    ...{ main: 'main.cjs', output: 'blob', assets: { one: 'asset' }, execArgvExtension: 'none' },
    ...{ disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: false },
  };
  fs.writeFileSync(path.join(dir, 'sea.json'), JSON.stringify(config));
  execFileSync(NODE, ['--experimental-sea-config', 'sea.json'], { cwd: dir, stdio: 'pipe' });
  const assets = new Map([['one', Buffer.from('in it')]]);
  const ours = seaBlob({ name: 'main.cjs', main, assets }, process.versions.node);
  expect(ours.equals(fs.readFileSync(path.join(dir, 'blob')))).toBe(true);
  // Before 24.8 there was no byte that says whether NODE_OPTIONS counts.
  const older = seaBlob({ name: 'main.cjs', main, assets }, '24.7.0');
  expect(older.equals(Buffer.concat([ours.subarray(0, 8), ours.subarray(9)]))).toBe(true);
});

test('the code cache stands where Node puts it, and is the same each time', () => {
  const main = 'function one() { return 1; }\nconsole.log(one());';
  fs.writeFileSync(path.join(dir, 'main.cjs'), main);
  const config = {
    ...{ main: 'main.cjs', output: 'blob', execArgvExtension: 'none' },
    ...{ disableExperimentalSEAWarning: true, useSnapshot: false, useCodeCache: true },
  };
  fs.writeFileSync(path.join(dir, 'sea.json'), JSON.stringify(config));
  execFileSync(NODE, ['--experimental-sea-config', 'sea.json'], { cwd: dir, stdio: 'pipe' });
  const blob = fs.readFileSync(path.join(dir, 'blob'));
  const script = { name: 'main.cjs', main, assets: new Map() };
  const empty = seaBlob({ ...script, codeCache: Buffer.alloc(0) }, process.versions.node);
  const theirs = blob.subarray(empty.length);
  const ours = seaBlob({ ...script, codeCache: theirs }, process.versions.node);
  expect(ours.equals(blob)).toBe(true);
  const [one, other] = [codeCache(NODE, script), codeCache(NODE, script)];
  expect(one.length).toBeGreaterThan(100);
  expect(other.equals(one)).toBe(true);
});

test('an older Node asks for a variable that nobody sets', () => {
  const node = () => Buffer.from('x\0NODE_OPTIONS\0 NODE_OPTIONS \0NODE_OPTIONS\0');
  const older = node();
  ignoreNodeOptions(older, '24.0.0');
  expect(older.toString()).toBe('x\0-no-options-\0 NODE_OPTIONS \0-no-options-\0');
  const newer = node();
  ignoreNodeOptions(newer, '24.8.0');
  expect(newer.equals(node())).toBe(true);
  expect(() => ignoreNodeOptions(Buffer.from('none'), '24.0.0')).toThrow('not where');
});

test.runIf(process.platform === 'linux')(
  'a stripped Node runs, and keeps all that is loaded',
  () => {
    const whole = fs.readFileSync(NODE);
    const stripped = stripElf(whole);
    expect(stripped.length).toBeLessThan(whole.length);
    const file = path.join(dir, 'node');
    fs.writeFileSync(file, stripped, { mode: 0o755 });
    expect(execFileSync(file, ['-p', 'process.version'], { encoding: 'utf8' }).trim()).toBe(
      process.version,
    );
    const loaded = elfSections(whole).filter(({ flags, type }) => (flags & 2) !== 0 && type !== 8);
    const names = elfSections(stripped).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(loaded.map(({ name }) => name)));
    expect(names).not.toContain('.symtab');
    for (const { offset, size } of loaded) {
      const [before, after] = [whole, stripped].map((program) =>
        program.subarray(offset, offset + size),
      );
      expect(after.equals(before)).toBe(true);
    }
    // What is stripped already stays as it is.
    expect(stripElf(stripped).equals(stripped)).toBe(true);
  },
);

test('a signature covers every page of the program, and a changed byte shows', () => {
  const size = fc.integer({ min: 0, max: 40_000 });
  const identifier = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' });
  const where = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(size, identifier, where, (bytes, name, at) => {
      const signed = signAdHoc(macProgram(bytes), name);
      const { commands, segments, signature } = readMachO(signed);
      expect(commands).toBe(3);
      expect(signature.offset + signature.size).toBe(signed.length);
      const link = segments.find((one) => one.name === '__LINKEDIT');
      expect(link.offset + link.size).toBe(signed.length);
      expect(wrongPages(signed)).toEqual([]);
      const changed = Math.floor(at * signature.offset);
      // The place of the signature is in these bytes: without it there is nothing to compare with.
      fc.pre(changed >= 4096);
      signed[changed] ^= 1;
      expect(wrongPages(signed)).toEqual([Math.floor(changed / 4096)]);
    }),
    { numRuns: 60 },
  );
});

test('a program that is signed is not signed again', () => {
  const signed = signAdHoc(macProgram(10), 'koubou');
  expect(() => signAdHoc(signed, 'koubou')).toThrow('already');
});

/** The least that is a program: a page of code, and a last segment that a signature can go to. */
function macProgram(bytes) {
  const file = Buffer.alloc(4096 + bytes, 7);
  file.fill(0, 0, 4096);
  const link = 4096;
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(2, 16);
  file.writeUInt32LE(72 + 80 + 72, 20);
  segment(file, 32, { name: '__TEXT', offset: 0, size: link, sections: 1 });
  file.writeUInt32LE(1024, 32 + 72 + 48);
  segment(file, 32 + 72 + 80, { name: '__LINKEDIT', offset: link, size: bytes, sections: 0 });
  return file;
}

function segment(file, at, { name, offset, size, sections }) {
  file.writeUInt32LE(0x19, at);
  file.writeUInt32LE(72 + 80 * sections, at + 4);
  file.write(name, at + 8, 'latin1');
  file.writeBigUInt64LE(BigInt(offset), at + 40);
  file.writeBigUInt64LE(BigInt(size), at + 48);
  file.writeUInt32LE(sections, at + 64);
}
