/** What is shipped is known part by part, may be shipped, and is told of: by licence, and in the bill of materials. */
import fs from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { PLATFORMS } from '../executable/platforms.mjs';
import { fromRoot } from '../setup/paths.mjs';
import { ALLOWED, ALLOWED_FOR, refusalOf } from './allowed.mjs';
import { packagesOf } from './made-from.mjs';
import { noticesFor } from './notices.mjs';
import { RUNTIME_LIBRARIES } from './others.mjs';
import { partsOfApp, partsOfExecutable, partsToTell } from './parts.mjs';
import { sbomOf } from './sbom.mjs';

const platform = 'linux-x64';
const parts = partsOfApp({ platforms: [platform], electron: '45.4.1' });

describe('the parts', () => {
  test('are those that are in what is built, and no tools', () => {
    const names = partsOfExecutable(platform).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['better-sqlite3', '@lydell/node-pty-linux-x64', 'SQLite', 'Node.js'],
        ...['fastify', 'zod', 'react', '@fontsource-variable/inter'],
      ]),
    );
    for (const tool of ['vitest', 'typescript', 'esbuild', 'vite', 'electron-builder', 'Electron'])
      expect(names).not.toContain(tool);
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['Electron', 'FFmpeg']));
  });

  test('are told from what a bundler read, wherever that lies', () => {
    const files = [
      'src/cli/main.ts',
      'node_modules/zod/v4/index.js',
      '/somewhere/node_modules/@a/b/node_modules/c/index.js',
      'C:\\here\\node_modules\\ws\\lib\\x.js',
      '\0/here/node_modules/react/index.js?commonjs-es-import',
      'node_modules/zod/v4/core.js',
    ];
    expect(packagesOf(files)).toEqual(
      ['zod', '@a/b/node_modules/c', 'ws', 'react']
        .map((name) => `node_modules/${name}`)
        .toSorted(),
    );
  });
});

describe('licences', () => {
  test('each part has one that lets us ship it, with its text', () => {
    expect([...parts, ...partsToTell([])].flatMap((part) => refusalOf(part) ?? [])).toEqual([]);
    for (const { name, licence } of Object.values(RUNTIME_LIBRARIES))
      expect(refusalOf({ name, licence, text: 'x' })).toBeUndefined();
  });

  test.each([
    ['GPL-2.0-only', 'which is not among'],
    ['MIT AND GPL-3.0-or-later', 'which is not among'],
    ['LGPL-2.1-or-later', 'which is not among'],
    ['', 'nothing of its licence'],
  ])('a part with «%s» is refused', (licence, why) => {
    expect(refusalOf({ name: 'any', licence, text: 'x' })).toContain(why);
  });

  test('of two to choose from, one that is allowed will do', () => {
    expect(refusalOf({ name: 'any', licence: '(GPL-2.0-only OR MIT)', text: 'x' })).toBeUndefined();
    expect(refusalOf({ name: 'any', licence: 'MIT', text: ' ' })).toContain('without the text');
  });

  test('none is allowed without a reason, or for a part that is not there', () => {
    const [bound, free] = [ALLOWED_FOR, ALLOWED].map((list) => Object.values(list));
    expect(free.every((reason) => reason.length > 5)).toBe(true);
    const known = [...parts, ...Object.values(RUNTIME_LIBRARIES)].map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining(Object.keys(ALLOWED_FOR)));
    expect(bound.every((reasons) => Object.values(reasons).every(Boolean))).toBe(true);
  });

  test('the text names every part, with its licence in full', () => {
    const text = noticesFor(parts);
    // Not one expect for all: the text is long.
    for (const part of parts) {
      expect(text.includes(`\n${part.name} ${part.version}\n${part.licence}\n`), part.id).toBe(
        true,
      );
      expect(text.includes(part.text), part.id).toBe(true);
    }
  });

  test('the window tells of all that is in every system alike', () => {
    const told = partsToTell(['node_modules/react']).map(({ name }) => name);
    expect(told).toEqual(
      expect.arrayContaining(['Node.js', 'Electron', 'SQLite', 'react', 'fastify']),
    );
    expect(told).not.toContain('@lydell/node-pty-linux-x64');
  });
});

describe('the bill of materials', () => {
  const executables = Object.keys(PLATFORMS).map((one) => ({
    platform: one,
    sha256: 'a'.repeat(64),
    parts: parts.filter(({ name }) => name !== 'Electron').map(({ id }) => id),
  }));
  const bill = sbomOf({ name: 'koubou', version: '1.2.3', executables, parts });

  test('is one, by the schema of CycloneDX', () => {
    const validate = validator();
    expect([validate(bill), validate.errors]).toEqual([true, null]);
    const wrong = { ...bill, components: [{ ...bill.components[0], type: 'thing' }] };
    expect(validate(wrong)).toBe(false);
    const unknown = sbomOf({
      ...{ name: 'koubou', version: '1.2.3', executables: [] },
      parts: [{ ...parts[0], licence: 'My-Own-1.0' }],
    });
    expect(validate(unknown)).toBe(false);
  });

  test('names every part once, and refers to nothing else', () => {
    const refs = bill.components.map((one) => one['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    expect(refs).toEqual(expect.arrayContaining(parts.map(({ id }) => id)));
    const used = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    const known = new Set([...refs, bill.metadata.component['bom-ref']]);
    expect(used.filter((ref) => !known.has(ref))).toEqual([]);
    const fastify = bill.dependencies.find(({ ref }) => ref.startsWith('fastify@'));
    expect(fastify.dependsOn.some((ref) => ref.startsWith('find-my-way@'))).toBe(true);
  });

  test('is the same for the same, and another for another', () => {
    expect(sbomOf({ name: 'koubou', version: '1.2.3', executables, parts })).toEqual(bill);
    const other = sbomOf({ name: 'koubou', version: '1.2.4', executables, parts });
    expect(other.serialNumber).not.toBe(bill.serialNumber);
  });
});

function validator() {
  const [schema, ...others] = ['bom-1.6', 'spdx', 'jsf-0.82'].map((name) =>
    JSON.parse(fs.readFileSync(fromRoot(`test/fixtures/cyclonedx/${name}.schema.json`), 'utf8')),
  );
  const ajv = new Ajv({ strict: false, schemas: others });
  // Nothing here has a time or a mail address, and each address is made of a name and a version.
  for (const format of ['date-time', 'idn-email', 'iri-reference', 'uri'])
    ajv.addFormat(format, true);
  return ajv.compile(schema);
}
