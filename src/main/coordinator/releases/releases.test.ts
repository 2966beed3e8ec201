import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReleases } from './releases.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-releases-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const packed = { file: 'linux-x64/koubou.gz', size: 2, sha256: 'b'.repeat(64) };
const linux = {
  platform: 'linux-x64',
  file: 'linux-x64/koubou',
  size: 5,
  sha256: 'a'.repeat(64),
  gzip: packed,
};

function write(...executables: object[]): void {
  mkdirSync(path.join(dir, 'linux-x64'), { recursive: true });
  writeFileSync(path.join(dir, packed.file), 'gz');
  const manifest = { version: '1.2.3', build: 'abc', protocol: 2, executables };
  writeFileSync(path.join(dir, 'manifest.json'), JSON.stringify(manifest));
}

test('lists what was built, with absolute paths', () => {
  write(linux);
  const release = openReleases(dir).find('linux-x64');
  expect(release).toEqual({
    ...{ version: '1.2.3', build: 'abc', protocol: 2, platform: 'linux-x64', name: 'koubou' },
    ...{ size: 5, sha256: linux.sha256, gzip: { ...packed, file: path.join(dir, packed.file) } },
  });
  expect(openReleases(dir).find('win-x64')).toBeNull();
});

test('sees a build that comes in later', () => {
  const releases = openReleases(dir);
  expect(releases.list()).toEqual([]);
  write(linux);
  expect(releases.list()).toHaveLength(1);
});

test('does not offer a file that is not there, nor what a damaged manifest says', () => {
  write(linux, { ...linux, platform: 'linux-arm64', gzip: { ...packed, file: 'gone.gz' } });
  expect(
    openReleases(dir)
      .list()
      .map(({ platform }) => platform),
  ).toEqual(['linux-x64']);
  writeFileSync(path.join(dir, 'manifest.json'), '{"version":');
  expect(openReleases(dir).list()).toEqual([]);
});
