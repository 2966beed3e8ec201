/** The file tools stay inside the work tree, whatever path a model thinks of and wherever links lead. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { insideTree } from './confine.ts';
import { fileTools } from './files.ts';
import type { Tool, ToolAnswer } from './tool.ts';

let scratch: string;
let tree: string;
let outside: string;
beforeEach(() => {
  scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'koubou-confine-')));
  tree = path.join(scratch, 'tree');
  outside = path.join(scratch, 'outside');
  mkdirSync(path.join(tree, 'a/b'), { recursive: true });
  mkdirSync(path.join(tree, '.git/hooks'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'secret'), 'not for models');
  writeFileSync(path.join(tree, 'a/file'), 'text\n');
  symlinkSync(outside, path.join(tree, 'out'));
  symlinkSync('../../outside/not-there', path.join(tree, 'a/dangling'));
  symlinkSync('loop', path.join(tree, 'loop'));
  symlinkSync('a', path.join(tree, 'in'));
  symlinkSync('.git', path.join(tree, 'a/disguised'));
  symlinkSync(path.join(outside, 'secret'), path.join(tree, 'a/b/leak'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

const NAMES = [
  ...['..', '.', '', 'a', 'b', 'file', 'new', 'out', 'in', 'loop', 'dangling', 'leak', 'secret'],
  ...['.git', '.GIT', 'hooks', 'disguised', 'outside', 'tree'],
];

function paths(): fc.Arbitrary<string> {
  const parts = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 7 });
  const starts = fc.constantFrom('', '/', `${tree}/`, `${scratch}/`, `${tree}/../`);
  return fc.tuple(starts, parts).map(([start, names]) => `${start}${names.join('/')}`);
}

test('every path that is let through is inside, also by its links', async () => {
  await fc.assert(
    fc.asyncProperty(paths(), async (given) => {
      const real = await insideTree(tree, given, 'write').catch(() => null);
      if (real === null) return;
      expect(`${real}/`.startsWith(`${tree}/`)).toBe(true);
      expect(path.relative(tree, real).toLowerCase().split('/')).not.toContain('.git');
      // What is there of it has no link left to follow.
      let there = real;
      while (!exists(there)) there = path.dirname(there);
      expect(realpathSync(there)).toBe(there);
    }),
    { numRuns: 300 },
  );
});

test('writing anything anywhere changes nothing outside, and reading shows nothing of it', async () => {
  const tools = fileTools({ root: tree, env: {}, signal: AbortSignal.abort() });
  await fc.assert(
    fc.asyncProperty(paths(), async (given) => {
      await use(tools, 'edit', { file_path: given, content: 'overwritten' });
      const read = await use(tools, 'read', { file_path: given });
      expect(read.text).not.toContain('not for models');
      expect(readdirSync(outside)).toEqual(['secret']);
      expect(readFileSync(path.join(outside, 'secret'), 'utf8')).toBe('not for models');
      expect(readdirSync(path.join(tree, '.git/hooks'))).toEqual([]);
      expect(readdirSync(scratch).toSorted()).toEqual(['outside', 'tree']);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ['out/secret', 'lies outside'],
  ['../outside/secret', 'lies outside'],
  ['/etc/passwd', 'lies outside'],
  ['a/dangling', 'lies outside'],
  ['a/disguised/hooks/post-commit', 'belongs to git'],
  ['a/\0b', 'zero bytes'],
])('%j is refused in words', async (given, words) => {
  await expect(insideTree(tree, given, 'write')).rejects.toThrow(words);
});

test('edit replaces one exact text, and says why it does not', async () => {
  const tools = fileTools({ root: tree, env: {}, signal: AbortSignal.abort() });
  const file_path = 'in/file';
  const replace = async (old_string: string, more = {}): Promise<ToolAnswer> =>
    await use(tools, 'edit', { file_path, old_string, new_string: '$& twice', ...more });
  expect(await replace('nothing')).toMatchObject({ isError: true });
  expect(await replace('t')).toMatchObject({
    isError: true,
    text: expect.stringContaining('2 times') as string,
  });
  expect(await replace('ex')).toMatchObject({ isError: false });
  expect(readFileSync(path.join(tree, 'a/file'), 'utf8')).toBe('t$& twicet\n');
  expect(await replace('t', { replace_all: true })).toMatchObject({ isError: false });
  expect(await use(tools, 'edit', { file_path })).toMatchObject({ isError: true });
  expect(await use(tools, 'edit', { path: 'a' })).toMatchObject({ isError: true });
  writeFileSync(path.join(tree, 'binary'), Buffer.from([0xff, 0xfe, 0]));
  expect(await use(tools, 'read', { file_path: 'binary' })).toMatchObject({ isError: true });
});

async function use(tools: readonly Tool[], name: string, input: unknown): Promise<ToolAnswer> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return await tool.run(input);
}

function exists(file: string): boolean {
  try {
    realpathSync(file);
    return true;
  } catch {
    return false;
  }
}
