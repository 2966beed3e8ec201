/** What a console runs: a login shell without keys, or a branch of the engine's own session. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptId } from '../../shared/ids.ts';
import { attemptFolder } from '../attempt-folder.ts';
import type { AttemptPlace } from '../held.ts';
import { commandFor } from './start.ts';

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

async function command(kind: 'shell' | 'engine', place: AttemptPlace | null) {
  const mark = { attemptId: 'console-000000000001', dir };
  return await commandFor({ kind, place, mark, environment: ENVIRONMENT });
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
