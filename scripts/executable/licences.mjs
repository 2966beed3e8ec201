/** The licences of everything that is in an executable, as one text. */
import fs from 'node:fs';
import path from 'node:path';
import { isSource } from '../build/version.mjs';
import { fromRoot, MODULES } from '../setup/paths.mjs';
import { packageFolder } from './packages.mjs';

const RULE = `\n${'='.repeat(80)}\n`;

/** @param {string} node the package of the Node binary */
export function licences(node) {
  const texts = packagesIn(node).map((name) => `${name}\n\n${licenceOf(name)}`);
  return [fs.readFileSync(fromRoot('LICENSE'), 'utf8').trim(), ...texts].join(RULE);
}

/** Everything that an executable is made of, by name. */
export function packagesIn(node) {
  return [...withDependencies([...directOnes(), node])].toSorted(byName);
}

/** What the user interface shows: the same for every system, so without the Node binary. */
export function shippedLicences() {
  return [...withDependencies(directOnes())].toSorted(byName).map((name) => {
    const { version, license } = readJson(path.join(MODULES, name, 'package.json'));
    return { name, version, licence: license ?? '', text: licenceOf(name) };
  });
}

/** What the program needs, and what is bundled into the user interface. */
function directOnes() {
  const { dependencies, devDependencies } = readJson(fromRoot('package.json'));
  const bundled = new Set(importsBelow(fromRoot('src/renderer')));
  return [
    ...Object.keys(dependencies),
    ...Object.keys(devDependencies).filter((name) => bundled.has(name)),
  ];
}

function importsBelow(folder) {
  const files = fs
    .readdirSync(folder, { recursive: true })
    .filter((file) => /\.(tsx?|css)$/.test(file) && isSource(file));
  return files.flatMap((file) => {
    const source = fs.readFileSync(path.join(folder, file), 'utf8');
    return [...source.matchAll(/(?:from|import) '([^'.][^']*)'/g)].map(([, name]) =>
      packageOf(name),
    );
  });
}

function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function withDependencies(names) {
  const { packages } = readJson(fromRoot('package-lock.json'));
  const all = new Set();
  const add = (name) => {
    if (all.has(name)) return;
    all.add(name);
    Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}).forEach(add);
  };
  names.forEach(add);
  return all;
}

function licenceOf(name) {
  const installed = path.join(MODULES, name);
  const folder = fs.existsSync(installed) ? installed : packageFolder(name);
  const file = fs
    .readdirSync(folder)
    .toSorted()
    .find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file) return fs.readFileSync(path.join(folder, file), 'utf8').trim();
  const { license, author } = readJson(path.join(folder, 'package.json'));
  return `${license ?? 'see its package'}${author ? `, by ${author.name ?? author}` : ''}`;
}

const byName = (a, b) => (a < b ? -1 : 1);

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
