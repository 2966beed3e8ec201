/** What a coordinator reads from its data folder: secrets. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSecrets } from './data-folder.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-data-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('secrets are made once, for this user only', () => {
  const first = readSecrets(dir);
  expect(first.secret).toMatch(/^[0-9a-f]{64}$/);
  expect(readSecrets(dir)).toEqual(first);
  for (const name of ['token', 'secret'])
    expect(statSync(path.join(dir, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(path.join(dir, 'token'), 'utf8')).toBe(`${first.token}\n`);
});

test('a secret that was cut short is made anew, one that others can read is closed', () => {
  const first = readSecrets(dir);
  writeFileSync(path.join(dir, 'secret'), '');
  chmodSync(path.join(dir, 'token'), 0o644);
  const second = readSecrets(dir);
  expect(second.token).toBe(first.token);
  expect(second.secret).toMatch(/^[0-9a-f]{64}$/);
  expect(second.secret).not.toBe(first.secret);
  expect(statSync(path.join(dir, 'token')).mode & 0o777).toBe(0o600);
});
