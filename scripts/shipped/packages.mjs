/** Packages of npm as parts of what is shipped: version and licence as they were installed. */
import fs from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../executable/packages.mjs';
import { fromRoot } from '../setup/paths.mjs';

/** Packages for one system come without the licence of the whole that they are a part of. */
const PART_OF = [[/^@lydell\/node-pty-/, 'node_modules/@lydell/node-pty']];

const MIT = `Copyright (c) HOLDER

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * @typedef {object} Part of what is shipped
 * @property {string} id the same for the same part, whichever lists it is in
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX expression
 * @property {string} text the licence in full
 * @property {string} [purl] where package managers know it
 * @property {string} [cpe] how lists of known holes name it
 * @property {string} [sha512] of the package as it was published, in hexadecimal
 * @property {string} [note] what is special about it
 * @property {string[]} needs ids of other parts
 */

/**
 * @param {string} key as package-lock.json names it
 * @returns {Part}
 */
export function packagePart(key, lock = readLock()) {
  const name = nameOf(key);
  const { version, integrity, dependencies = {} } = lock[key];
  const folder = fs.existsSync(fromRoot(key)) ? fromRoot(key) : packageFolder(name);
  const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return {
    id: `${name}@${version}`,
    name,
    version,
    licence: licenceOf(about),
    text: licenceText(folder) ?? textOfWhole(name) ?? textAsDeclared(about),
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(integrity?.startsWith('sha512-') && {
      sha512: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'),
    }),
    needs: Object.keys(dependencies).flatMap((one) => foundFrom(key, one, lock)),
  };
}

/** The packages of package-lock.json, by key. */
export function readLock() {
  return JSON.parse(fs.readFileSync(fromRoot('package-lock.json'), 'utf8')).packages;
}

/** The text of the licence that lies in a folder, and of the notice that has to go with it. */
export function licenceText(folder) {
  const found = fs
    .readdirSync(folder)
    .toSorted()
    .filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry) && !entry.endsWith('.html'));
  if (found.length === 0) return undefined;
  return found.map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n');
}

function textOfWhole(name) {
  const whole = PART_OF.find(([pattern]) => pattern.test(name))?.[1];
  return whole && licenceText(fromRoot(whole));
}

/** In the field of today, or in the list of former times. */
function licenceOf({ license, licenses }) {
  return license ?? licenses?.map(({ type }) => type).join(' OR ') ?? '';
}

/** Some say MIT and leave its text out, which is the same for all but for who it is. */
function textAsDeclared(about) {
  const { author, contributors } = about;
  if (licenceOf(about) !== 'MIT') return '';
  const whom = author ?? contributors?.[0];
  const holder = (typeof whom === 'string' ? whom : whom?.name) ?? `the authors of ${about.name}`;
  return MIT.replace('HOLDER', () => holder);
}

/** Node looks beside the one that asks, then further up. */
function foundFrom(key, name, lock) {
  for (let from = key; ; from = from.slice(0, from.lastIndexOf('/node_modules/'))) {
    const at = lock[`${from}/node_modules/${name}`];
    if (at) return [`${name}@${at.version}`];
    if (!from.includes('/node_modules/')) break;
  }
  const top = lock[`node_modules/${name}`];
  return top ? [`${name}@${top.version}`] : [];
}

function nameOf(key) {
  return key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
