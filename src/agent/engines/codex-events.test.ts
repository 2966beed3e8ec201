/** What Codex says, as it was recorded: how it reads, what it used, and what its failures are. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commandOf, NOTHING_SAID, readCodexEvent, troubleOfCodex } from './codex-events.ts';
import { plainText } from '../terminal.ts';

const RECORDED = path.join(import.meta.dirname, '../../../test/fixtures/engines/codex');
const NOON = new Date('2026-11-21T12:00:00').getTime();

function read(lines: readonly string[]) {
  let state = NOTHING_SAID;
  let shown = '';
  let progress = 0;
  for (const line of lines) {
    const said = readCodexEvent(state, line);
    state = said.state;
    shown += said.show;
    if (said.isProgress) progress += 1;
  }
  return { state, shown: plainText(shown), progress };
}

function recorded(name: string): string[] {
  return readFileSync(path.join(RECORDED, `${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
}

test('its work reads as text, and is counted', () => {
  const { state, shown } = read(recorded('edit'));
  expect(shown).toContain('Creating the file.\n● Shell echo hello from test > hello.txt');
  expect(shown).toContain('● add /home/agent/repo/patched.txt\n');
  expect(shown).toContain('git commit -qm "fix: test edit"');
  expect(shown).toContain('  ↳ 4ace19b fix: test edit (2 lines)\n');
  expect(shown).toContain('Done, committed.\n');
  expect(state.usage).toEqual({
    inputTokens: 4_400,
    cachedInputTokens: 400,
    outputTokens: 160,
    costUsd: null,
  });
  expect(troubleOfCodex(state, NOON)).toBeNull();
});

test('a session that goes on counts on: its last total is that of all', () => {
  const total = (input: number, output: number): string =>
    JSON.stringify({
      type: 'turn.completed',
      usage: { input_tokens: input, cached_input_tokens: 100, output_tokens: output },
    });
  const { state } = read([total(1_000, 10), total(3_000, 25)]);
  expect(state.usage).toMatchObject({ inputTokens: 2_900, outputTokens: 25 });
});

test.each([
  ['wrong-key', 'sign_in_expired', /^unexpected status 401 .*Incorrect API key/],
  ['expired', 'sign_in_expired', /token is expired/],
  ['quota', 'sign_in_expired', /^Quota exceeded/],
  ['limited', 'rate_limited', /429 Too Many Requests/],
  ['limited-in-stream', 'rate_limited', /try again in 1.5s/],
  ['usage-limit', 'rate_limited', /hit your usage limit/],
  ['broken', 'overloaded', /high demand/],
  ['overloaded', 'overloaded', /at capacity/],
  ['invalid', 'invalid_request', /^Invalid value: x$/],
  ['no-model', 'invalid_request', /does not exist/],
  ['context', 'context_too_long', /ran out of room/],
  ['dropped', 'network', /stream disconnected/],
  ['refused', 'network', /^Connection failed: error sending request$/],
])('%s is %s', (name, kind, message) => {
  const trouble = troubleOfCodex(read(recorded(name)).state, NOON);
  expect(trouble?.class).toBe(kind);
  expect(trouble?.message).toMatch(message);
});

test('when a limit is over is known where it is told', () => {
  const until = (name: string): unknown => troubleOfCodex(read(recorded(name)).state, NOON)?.until;
  // "try again at 9:12 AM": of the next day, at noon.
  expect(until('usage-limit')).toBe(new Date('2026-11-22T09:12:00').getTime());
  expect(until('limited-in-stream')).toBe(NOON + 1_500);
  expect(until('limited')).toBeNull();
});

test('trying a dead connection for ever is no sign of life', () => {
  const { progress, state } = read(recorded('refused'));
  expect(progress).toBe(1);
  expect(state.hasWorked).toBe(false);
  expect(read(recorded('tool-killed')).state).toMatchObject({ hasWorked: true, error: null });
});

test('what is not known, or no JSON, or not as expected, breaks nothing', () => {
  const { state, shown } = read([
    '{"type":"from.the.future"}',
    'plain \u001b]0;evil\u0007words',
    '{"type":"item.completed","item":7}',
    '{"type":"item.completed","item":{"type":"new_kind","changes":3}}',
    '{"type":"turn.completed","usage":{"input_tokens":-1}}',
    '',
    'null',
  ]);
  expect(shown).toContain('plain ]0;evilwords\n');
  expect(state.usage).toMatchObject({ inputTokens: 0, outputTokens: 0 });
});

test('a command is shown without the shell around it', () => {
  expect(commandOf(`/bin/bash -lc 'echo it'\\''s'`)).toBe(`echo it's`);
  expect(commandOf('/bin/bash -lc "say \\"hi\\""')).toBe('say "hi"');
  expect(commandOf('/bin/bash -lc ls')).toBe('/bin/bash -lc ls');
});
