/** What a coordinator reads from its data folder: secrets and configuration. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { readSecrets } from './data-folder.ts';
import { DEFAULT_LIMITS } from './fleet/limits.ts';

const UNSET = { lan: null, limits: DEFAULT_LIMITS, backups: { every: 6, keep: 7 } };

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

function configOf(text: string): ReturnType<typeof readConfig> {
  writeFileSync(path.join(dir, 'config.yaml'), text);
  return readConfig(dir);
}

test('without a configuration, or with an empty one, nothing is set', () => {
  expect(readConfig(dir)).toEqual({ ok: true, value: UNSET });
  expect(configOf('')).toEqual({ ok: true, value: UNSET });
  expect(configOf('# nothing yet\n')).toEqual({ ok: true, value: UNSET });
});

test('single limits may be set', () => {
  expect(configOf('limits:\n  testMs: 2000\n')).toEqual({
    ok: true,
    value: { ...UNSET, limits: { ...DEFAULT_LIMITS, testMs: 2000 } },
  });
});

test('the door to the LAN may be placed', () => {
  const port = { host: '0.0.0.0', port: 9443 };
  expect(configOf('lan: { port: 9443 }\n')).toEqual({ ok: true, value: { ...UNSET, lan: port } });
  const usual = { host: '192.168.1.5', port: 8443 };
  const configured = configOf('lan: { host: 192.168.1.5 }\n');
  expect(configured).toEqual({ ok: true, value: { ...UNSET, lan: usual } });
});

test.each([
  ['a key nobody knows', 'limit:\n  testMs: 1\n', 'limit'],
  ['a limit nobody knows', 'limits:\n  testSeconds: 1\n', 'testSeconds'],
  ['a limit that is no number', 'limits:\n  testMs: soon\n', 'limits.testMs'],
  ['no time at all', 'limits:\n  engineMs: 0\n', 'limits.engineMs'],
  ['a port that is none', 'lan: { port: 99999 }\n', 'lan.port'],
  ['a list', '- limits\n', 'object'],
  ['what is no YAML', 'limits: {\n', 'line 2'],
])('%s stops the start with file and place', (_, text, place) => {
  const config = configOf(text);
  expect(config.ok).toBe(false);
  expect(config.ok ? '' : config.error).toContain(path.join(dir, 'config.yaml'));
  expect(config.ok ? '' : config.error).toContain(place);
});
