/** A part that gets too heavy is told of. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUILT, PACKAGES, UNPACKED } from './budget.mjs';
import { tableOf, weigh, weighPackages } from './sizes.mjs';

let dir;
beforeAll(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'koubou-sizes-'));
});
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }));

function file(name, megabytes) {
  const at = path.join(dir, name);
  fs.mkdirSync(path.dirname(at), { recursive: true });
  fs.writeFileSync(at, '');
  fs.truncateSync(at, megabytes * 1e6);
}

test('a file counts once, for the first part that it fits', () => {
  file('one/resources/bin/koubou', 120);
  file('one/resources/bin/executables/linux-x64/koubou.gz', 40);
  file('one/resources/bin/executables/win-x64/koubou.gz', 41);
  file('one/electron', 180);
  const weighed = weigh(path.join(dir, 'one'), UNPACKED);
  expect(Object.fromEntries(weighed.map(({ part, weight }) => [part, weight]))).toEqual({
    'koubou, as it is started': 120,
    'resources/bin/executables/linux-x64/koubou.gz': 40,
    'resources/bin/executables/win-x64/koubou.gz': 41,
    "the app's archive": 0,
    'licences and bill of materials': 0,
    Electron: 180,
  });
});

test('what is too heavy fails, with its name', () => {
  file('two/koubou-1.0.0-linux-amd64.deb', 100);
  file('two/koubou-1.0.0-linux-arm64.deb', 5000);
  file('two/linux-unpacked/resources/app.asar', 1);
  expect(() => weighPackages(path.join(dir, 'two'))).toThrow(/: koubou-1\.0\.0-linux-arm64\.deb\./);
  fs.rmSync(path.join(dir, 'two/koubou-1.0.0-linux-arm64.deb'));
  weighPackages(path.join(dir, 'two'));
  file('two/linux-unpacked/resources/app.asar', 60);
  expect(() => weighPackages(path.join(dir, 'two'))).toThrow(/: the app's archive\./);
});

test('the table has the heaviest first, and marks what is too much', () => {
  const lines = tableOf([
    { part: 'small', weight: 1, most: 2, why: 'because' },
    { part: 'large', weight: 30.25, most: 20, why: 'nobody knows' },
  ]);
  expect(lines).toEqual([
    '! large   30.25 of    20 MB  nobody knows',
    '  small    1.00 of     2 MB  because',
  ]);
});

test('each number has a reason', () => {
  for (const { part, most, why } of [...BUILT, ...UNPACKED, ...PACKAGES])
    expect([part, most > 0, why.length > 10]).toEqual([part, true, true]);
});
