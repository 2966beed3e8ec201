/** Parts on disk: complete, private, and what the executable says, whatever was there before. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Part } from './executable.ts';
import { unpack } from './unpack.ts';

let dir: string;
let parent: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-unpack-'));
  parent = path.join(dir, 'native');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const FILES = { 'lib/a.js': 'module.exports = 1', 'b.node': '\u0000\u0001' };

const PART: Part = {
  name: 'sample',
  sha256: 'f'.repeat(64),
  files: new Map(
    Object.entries(FILES).map(([name, text]) => [name, () => new TextEncoder().encode(text)]),
  ),
};

function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]),
  );
}

/** What there is below the parent when all is well. */
const WHOLE = Object.fromEntries(
  Object.entries(FILES).map(([name, text]) => [path.join(PART.sha256, name), text]),
);

test('is for this user only', () => {
  const folder = unpack(PART, parent);
  expect(contentOf(parent)).toEqual(WHOLE);
  for (const place of [parent, folder, path.join(folder, 'lib'), path.join(folder, 'b.node')])
    expect(statSync(place).mode & 0o077).toBe(0);
});

test('what is there and right is used as it is', () => {
  const file = path.join(unpack(PART, parent), 'b.node');
  const { ino } = statSync(file);
  unpack(PART, parent);
  expect(statSync(file).ino).toBe(ino);
});

const DAMAGE: readonly [string, (folder: string) => void][] = [
  ['a changed byte', (folder) => writeFileSync(path.join(folder, 'b.node'), '\u0000\u0002')],
  ['a missing file', (folder) => rmSync(path.join(folder, 'b.node'))],
  ['a file more', (folder) => writeFileSync(path.join(folder, 'lib', 'c.js'), '')],
  ['a folder that others may write to', (folder) => chmodSync(folder, 0o777)],
  [
    'a link in the place of a file',
    (folder) => {
      rmSync(path.join(folder, 'b.node'));
      writeFileSync(path.join(dir, 'elsewhere'), FILES['b.node']);
      symlinkSync(path.join(dir, 'elsewhere'), path.join(folder, 'b.node'));
    },
  ],
  [
    'a file in the place of the folder',
    (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    },
  ],
];

test.each(DAMAGE)('%s is put right', (_, damage) => {
  damage(unpack(PART, parent));
  unpack(PART, parent);
  expect(contentOf(parent)).toEqual(WHOLE);
});

test('a parent that others may write to, or that is a link, is refused', () => {
  mkdirSync(parent);
  chmodSync(parent, 0o777);
  expect(() => unpack(PART, parent)).toThrow('only this user');
  const link = path.join(dir, 'link');
  symlinkSync(parent, link);
  chmodSync(parent, 0o700);
  expect(() => unpack(PART, link)).toThrow('only this user');
  expect(readdirSync(parent)).toEqual([]);
});

test('many at once end with one', async () => {
  const code = `
    import { unpack } from ${JSON.stringify(path.join(import.meta.dirname, 'unpack.ts'))};
    const files = new Map(Object.entries(${JSON.stringify(FILES)}).map(([name, text]) => [name, () => new TextEncoder().encode(text)]));
    unpack({ name: 'sample', sha256: ${JSON.stringify(PART.sha256)}, files }, ${JSON.stringify(parent)});`;
  const ends = Array.from({ length: 6 }, async () => {
    const args = ['--input-type=module', '-e', code];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await once(child, 'exit');
    return child.exitCode;
  });
  expect(await Promise.all(ends)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(contentOf(parent)).toEqual(WHOLE);
});
