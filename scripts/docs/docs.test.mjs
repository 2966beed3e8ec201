/** The documentation against what it is about: generated pages are not stale, examples are taken, links lead somewhere. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../../src/shared/contract.ts';
import { REJECTIONS } from '../../src/shared/errors.ts';
import { fromRoot, ROOT } from '../setup/paths.mjs';
import { inputOf } from './api-example.mjs';
import { anchorsOf, linksOf, markdownFiles } from './links.mjs';
import { generatedPages } from './pages.mjs';
import { REFUSALS, WRITING } from './refusals.mjs';

const pages = await generatedPages();

test.each([...pages.keys()])('%s is as the program is: else run “npm run docs”', (file) => {
  expect(fs.existsSync(fromRoot(file)) && fs.readFileSync(fromRoot(file), 'utf8')).toBe(
    pages.get(file),
  );
});

test('there is a generated page for every file in docs/reference', () => {
  const files = fs.readdirSync(fromRoot('docs/reference')).map((file) => `docs/reference/${file}`);
  expect(files.toSorted()).toEqual([...pages.keys()].toSorted());
});

test.each(Object.keys(OPERATIONS))('the example of %s is taken', (name) => {
  const parsed = OPERATIONS[name].input.safeParse(inputOf(name));
  expect(parsed.success ? [] : parsed.error.issues).toEqual([]);
});

test('refusals are named of operations and with codes that there are', () => {
  expect(Object.keys(REFUSALS).filter((name) => !(name in OPERATIONS))).toEqual([]);
  const codes = [...Object.values(REFUSALS).flat(), ...WRITING];
  expect(codes.filter((code) => !(code in REJECTIONS))).toEqual([]);
});

test('every relative link and anchor is there', () => {
  const files = markdownFiles(ROOT);
  expect(files.length).toBeGreaterThan(20);
  const anchors = new Map();
  const broken = files.flatMap((file) =>
    linksOf(fs.readFileSync(file, 'utf8'))
      .filter((link) => !leadsSomewhere(file, link, anchors))
      .map((link) => `${path.relative(ROOT, file)}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every page of docs can be reached from the README', () => {
  const seen = new Set();
  const waiting = [fromRoot('README.md')];
  for (const file of waiting) {
    if (seen.has(file) || !file.endsWith('.md') || !fs.existsSync(file)) continue;
    seen.add(file);
    const links = linksOf(fs.readFileSync(file, 'utf8')).map((link) => link.split('#')[0]);
    waiting.push(
      ...links.filter((link) => link !== '').map((link) => path.resolve(path.dirname(file), link)),
    );
  }
  const pagesOfDocs = markdownFiles(fromRoot('docs')).filter((file) => !file.includes('/adr/'));
  expect(pagesOfDocs.filter((file) => !seen.has(file)).map((file) => path.basename(file))).toEqual(
    [],
  );
});

function leadsSomewhere(file, link, anchors) {
  const [target, anchor] = link.split('#');
  const there = target === '' ? file : path.resolve(path.dirname(file), decodeURI(target));
  if (!fs.existsSync(there)) return false;
  if (anchor === undefined || anchor === '') return true;
  if (!there.endsWith('.md')) return false;
  if (!anchors.has(there)) anchors.set(there, anchorsOf(fs.readFileSync(there, 'utf8')));
  return anchors.get(there).has(decodeURIComponent(anchor));
}
