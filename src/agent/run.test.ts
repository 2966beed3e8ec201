/** The start of an agent: each wrong field of its configuration is named, and the wrong token is told plainly. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { ConfigError, readConfig, readEnvironment } from './config.ts';
import { TestCoordinator } from './testing/coordinator.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-run-'));
  file = path.join(dir, 'config.json');
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const GOOD = {
  coordinator: 'http://127.0.0.1:8080/',
  agentId: 'local-1',
  name: 'Atelier',
  token: 'secret-token-5',
  slots: 2,
  dir: '/somewhere',
  local: true,
};

test('a good configuration is read, with what may be left out', async () => {
  writeFileSync(file, JSON.stringify(GOOD));
  expect(await readConfig(file)).toEqual({
    ...GOOD,
    coordinator: 'http://127.0.0.1:8080',
    identity: null,
    specialties: [],
    labels: [],
    api: null,
  });
});

test.each([
  ['coordinator', 'ftp://x', /coordinator: must be an http/],
  ['coordinator', 'http://host/path', /coordinator: must be an address without a path/],
  ['agentId', 'Bad Id', /agentId: an agent id/],
  ['name', ' ', /name: must not be empty/],
  ['token', '', /token: must not be empty/],
  ['slots', 0, /slots: must be at least 1/],
  ['slots', 1.5, /slots: must be a whole number/],
  ['dir', 'relative', /dir: must be an absolute path/],
  ['local', 'yes', /local: must be true or false/],
  ['specialties', ['magic'], /specialties\.0: /],
  ['colour', 'red', /the file: .*colour/],
  ['token', undefined, /identity: give one of both: a token, or an identity/],
  ['api', { port: 70_000 }, /api\.port: /],
])(
  'a configuration with a wrong %s (%j) says so, and keeps the token to itself',
  async (key, value, message) => {
    writeFileSync(file, JSON.stringify({ ...GOOD, [key]: value }));
    const error = await readConfig(file).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain(GOOD.token);
  },
);

test('a file that is not there, or no JSON', async () => {
  await expect(readConfig(file)).rejects.toThrow(/cannot read .*config\.json/);
  writeFileSync(file, '{"token": "secret-token-5"');
  await expect(readConfig(file)).rejects.toThrow(/is not JSON$/);
});

test('a token that is refused is told plainly, once, and the agent goes on trying', async () => {
  const coordinator = await TestCoordinator.start(path.join(dir, 'repos'));
  const lines: string[] = [];
  const told = Promise.withResolvers<void>();
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      if (lines.at(-1)?.includes('refuses')) told.resolve();
      done();
    },
  });
  const config = {
    ...(await good()),
    coordinator: coordinator.url,
    dir: path.join(dir, 'agent'),
    token: 'wrong-token-9',
  };
  const agent = await startAgent({
    config,
    home: null,
    environment: readEnvironment(),
    tools: Promise.resolve([]),
    version: '0',
    // Nothing is assigned here, so nothing is started with it.
    program: { command: process.execPath, args: [] },
    clock: systemClock,
    log: pino(stream),
  });
  await told.promise;
  await agent.close();
  await coordinator.close();
  expect(lines.join('')).toContain("refuses this agent's token");
  expect(lines.filter((line) => line.includes('refuses')).length).toBe(1);
  expect(lines.join('')).not.toContain('wrong-token-9');
});

async function good(): ReturnType<typeof readConfig> {
  writeFileSync(file, JSON.stringify(GOOD));
  return await readConfig(file);
}
