/** What a console runs: a login shell without keys, or a branch of the engine's own session. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptId } from '../../shared/ids.ts';
import { attemptFolder } from '../attempt-folder.ts';
import type { AttemptPlace } from '../held.ts';
import { commandFor, type ConsoleModels } from './start.ts';

const ENVIRONMENT = {
  ...{ SHELL: '/bin/zsh', HOME: '/home/me', ANTHROPIC_API_KEY: 'key', PATH: '/bin' },
  CI: 'true',
};
const FIRST = '11111111-2222-3333-4444-555555555555';
const LAST = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-console-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function placeWith(engine: AttemptPlace['engine'], transcript?: string): AttemptPlace {
  const folder = attemptFolder(dir, AttemptId.parse('task-1.1'));
  const streams = { ...folder.streams, transcript: path.join(dir, 'transcript') };
  if (transcript !== undefined) writeFileSync(streams.transcript, transcript);
  return { repo: '/work/tree', engine, folder: { ...folder, streams } };
}

async function command(
  kind: 'shell' | 'engine',
  place: AttemptPlace | null,
  models: ConsoleModels | null = null,
) {
  const mark = { attemptId: 'console-000000000001', dir };
  const prepared = await commandFor({ kind, place, mark, environment: ENVIRONMENT });
  return prepared.ok ? { ok: true as const, value: prepared.value(models) } : prepared;
}

test('a shell is the login shell of the user, in the tree or at home, without keys', async () => {
  const place = placeWith({ kind: 'command', run: 'true' });
  const inTree = await command('shell', place);
  expect(inTree).toMatchObject({
    ok: true,
    value: { argv: ['/bin/zsh', '-l'], cwd: '/work/tree', env: { TERM: 'xterm-256color' } },
  });
  expect(JSON.stringify(inTree)).not.toContain('ANTHROPIC_API_KEY');
  expect(await command('shell', null)).toMatchObject({ ok: true, value: { cwd: '/home/me' } });
});

test('a session of the engine is a branch of its newest, with the keys that it needs', async () => {
  const line = (id: string): string => `{"type":"system","session_id":"${id}"}\n`;
  const engine = { kind: 'claude-code', model: 'opus' } as const;
  const place = placeWith(engine, line(FIRST) + line(LAST));
  expect(await command('engine', place)).toMatchObject({
    ok: true,
    value: {
      argv: [
        ...['claude', '--resume', LAST, '--fork-session', '--model', 'opus'],
        ...['--settings', '{"apiKeyHelper":"printenv ANTHROPIC_API_KEY"}'],
      ],
      env: { ANTHROPIC_API_KEY: 'key', DISABLE_AUTOUPDATER: '1', TERM: 'xterm-256color' },
    },
  });
});

test('through the gateway it is told where its key is, and has no other', async () => {
  const place = placeWith({ kind: 'claude-code' }, `{"session_id":"${LAST}"}`);
  const models = { address: 'http://127.0.0.1:4711/models', keyFile: "/attempts/it's/a.key" };
  const started = await command('engine', place, models);
  expect(started).toMatchObject({
    value: {
      argv: [
        ...['claude', '--resume', LAST, '--fork-session'],
        ...['--settings', JSON.stringify({ apiKeyHelper: "cat '/attempts/it'\\''s/a.key'" })],
      ],
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:4711/models/anthropic' },
    },
  });
  expect(JSON.stringify(started)).not.toContain('ANTHROPIC_API_KEY');
});

test('neither is told that nobody watches', async () => {
  const line = `{"session_id":"${LAST}"}`;
  const place = placeWith({ kind: 'claude-code' }, line);
  for (const kind of ['shell', 'engine'] as const)
    expect(JSON.stringify(await command(kind, place))).not.toContain('"CI"');
});

test('an engine without a session says so', async () => {
  const before = await command('engine', placeWith({ kind: 'claude-code' }));
  expect(before.ok ? '' : before.error).toContain('not begun');
  const never = await command('engine', placeWith({ kind: 'command', run: 'true' }));
  expect(never.ok ? '' : never.error).toContain('with a shell');
});
