/** What OpenCode says and logs, as it was recorded: how it reads, what it used, and what its failures are. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  NOTHING_SAID,
  readOpenCodeEvent,
  readOpenCodeLog,
  troubleOfOpenCode,
} from './opencode-events.ts';
import { plainText } from '../terminal.ts';

const RECORDED = path.join(import.meta.dirname, '../../../test/fixtures/engines/opencode');
const NOW = 1_795_245_800_000;

function read(...files: readonly string[]) {
  let state = NOTHING_SAID;
  let shown = '';
  let progress = 0;
  for (const file of files) {
    const reader = file.endsWith('.txt') ? readOpenCodeLog : readOpenCodeEvent;
    const lines = file.includes('\n')
      ? file
      : readFileSync(path.join(RECORDED, file), 'utf8').trim();
    for (const line of lines.split('\n')) {
      const said = reader(state, line);
      state = said.state;
      shown += said.show;
      if (said.isProgress) progress += 1;
    }
  }
  return { state, shown: plainText(shown), progress };
}

test('its work reads as text, and is counted over all its steps', () => {
  const { state, shown } = read('edit.jsonl');
  expect(shown).toContain('Writing.\n● write /home/agent/repo/hello.txt\n  ↳ Wrote file');
  expect(shown).toContain('● bash git add -A && git commit');
  expect(shown).toContain('Done, committed.\n');
  expect(state.usage).toMatchObject({
    inputTokens: 5_000,
    cachedInputTokens: 500,
    outputTokens: 150,
  });
  expect(state.usage?.costUsd).toBeCloseTo(0.0053);
  expect(troubleOfOpenCode(state, NOW, false)).toBeNull();
});

test.each([
  [['wrong-key.jsonl'], 'sign_in_expired', /^Incorrect API key/],
  [['quota.txt'], 'sign_in_expired', /exceeded your current quota/],
  [['limited.jsonl'], 'rate_limited', /^Rate limit reached/],
  [['broken.txt'], 'overloaded', /server had an error/],
  [['invalid.jsonl'], 'invalid_request', /^Invalid value: x$/],
  [['no-model.jsonl'], 'invalid_request', /model does not exist/],
  [
    ['unknown-model.txt', 'unknown-model.jsonl'],
    'invalid_request',
    /Model not found: openai\/nope/,
  ],
  [['context.jsonl'], 'context_too_long', /maximum context length/],
  [['cut.txt'], 'network', /socket connection was closed/],
  [['garbage.txt', 'garbage.jsonl'], 'network', /JSON parsing failed/],
])('%s is %s', (files, kind, message) => {
  const trouble = troubleOfOpenCode(read(...files).state, NOW, false);
  expect(trouble?.class).toBe(kind);
  expect(trouble?.message).toMatch(message);
});

test('when a limit is over is known where it is told', () => {
  const { state } = read('limited.jsonl');
  expect(troubleOfOpenCode(state, NOW, false)?.until).toBe(1_795_245_741_284 + 2_000);
});

test('what it tries again without an end is no sign of life, and forgotten when it goes well', () => {
  expect(read('broken.txt').progress).toBe(0);
  expect(troubleOfOpenCode(read('cut.txt', 'edit.jsonl').state, NOW, false)).toBeNull();
});

test('what it logs counts when it does not end well, and what else it says is the word of a crash', () => {
  expect(troubleOfOpenCode(read('broken.txt').state, NOW, true)).toBeNull();
  const { state } = readOpenCodeLog(NOTHING_SAID, 'Error: broken');
  expect(troubleOfOpenCode(state, NOW, true)).toBeNull();
  expect(troubleOfOpenCode(state, NOW, false)).toEqual({
    class: 'crashed',
    message: 'Error: broken',
    until: null,
  });
});

test('what is not known, or no JSON, or not as expected, breaks nothing', () => {
  const { shown, state } = read(
    [
      '{"type":"from_the_future","sessionID":"ses_1"}',
      'plain \u001b]0;evil\u0007words',
      '{"type":"tool_use","sessionID":"ses_1","part":7}',
      '{"type":"step_finish","sessionID":"ses_1","part":{"tokens":{"input":-1}}}',
      'null',
      '',
    ].join('\n'),
  );
  expect(shown).toContain('plain ]0;evilwords\n');
  expect(state.usage).toMatchObject({ inputTokens: 0, costUsd: null });
});
