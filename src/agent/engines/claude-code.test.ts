/** Claude Code: how its events read, what its failures mean, and a program that speaks like it in a real attempt. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptId } from '../../shared/ids.ts';
import { openFixture, type Fixture } from '../testing/fixture.ts';
import { NOTHING_SAID, readEvent, troubleOf, usageOf, type ClaudeState } from './claude-events.ts';

const USAGE = {
  input_tokens: 10,
  output_tokens: 7,
  cache_read_input_tokens: 5,
  cache_creation_input_tokens: 3,
};

function read(...events: unknown[]): { state: ClaudeState; shown: string } {
  let state = NOTHING_SAID;
  let shown = '';
  for (const event of events) {
    const answer = readEvent(state, typeof event === 'string' ? event : JSON.stringify(event));
    state = answer.state;
    shown += answer.show;
  }
  return { state, shown };
}

const says = (content: unknown[], more = {}): unknown => ({
  type: 'assistant',
  message: { content },
  ...more,
});

test('events read as text: words, tools, results, the end', () => {
  const { state, shown } = read(
    { type: 'system', subtype: 'init', model: 'claude-opus-5-5', tools: [] },
    says([{ type: 'text', text: 'I look first.\u001b]0;evil\u0007' }]),
    says([{ type: 'thinking', thinking: 'secret thoughts' }]),
    says([
      {
        type: 'tool_use',
        name: 'Bash',
        input: { command: 'npm test\nand more', description: 'x' },
      },
    ]),
    { type: 'user', message: { content: [{ type: 'tool_result', content: 'ok\nfine\n' }] } },
    {
      type: 'user',
      message: {
        content: [
          { type: 'tool_result', is_error: true, content: [{ type: 'text', text: 'boom' }] },
        ],
      },
    },
    {
      type: 'result',
      subtype: 'success',
      is_error: false,
      result: 'done',
      num_turns: 2,
      duration_ms: 1234,
      total_cost_usd: 0.5,
      usage: USAGE,
    },
  );
  // oxlint-disable-next-line no-control-regex -- the colours we add
  expect(shown.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(
    [
      'Claude Code with claude-opus-5-5',
      'I look first.]0;evil',
      '● Bash npm test',
      '  ↳ ok (2 lines)',
      '  ↳ boom',
      'done: 1.2 s, 2 turns, $0.5000',
      '',
    ].join('\n'),
  );
  expect(usageOf(state, false)).toEqual({
    inputTokens: 13,
    outputTokens: 7,
    cachedInputTokens: 5,
    costUsd: 0.5,
  });
  expect(troubleOf(state)).toBeNull();
});

test('what is not known, or no JSON, or not as expected, breaks nothing', () => {
  const { state, shown } = read(
    { type: 'from_the_future', x: 1 },
    'plain \u001b[31mwords',
    '{"type":"assistant"}',
    '{"type":"assistant","message":{"content":"text"}}',
    '{"type":"result","is_error":"perhaps","usage":{"input_tokens":-1}}',
    '',
    'null',
  );
  expect(shown).toContain('plain [31mwords\n');
  expect(troubleOf(state)).toBeNull();
  expect(usageOf(state, false)).toEqual({
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    costUsd: null,
  });
});

const RECORDED = path.join(import.meta.dirname, '../../../test/fixtures/engines/claude');

function recorded(name: string): ClaudeState {
  return read(...readFileSync(path.join(RECORDED, `${name}.jsonl`), 'utf8').split('\n')).state;
}

test.each([
  ['401', 'sign_in_expired', 'Invalid API key'],
  ['403', 'sign_in_expired', '403'],
  ['not-logged-in', 'sign_in_expired', 'Not logged in'],
  ['oauth-expired', 'sign_in_expired', 'OAuth token has expired'],
  ['credit-spent', 'sign_in_expired', 'Credit balance is too low'],
  ['429', 'rate_limited', '(429)'],
  ['429-long', 'rate_limited', '(429)'],
  ['500', 'overloaded', '500'],
  ['529', 'overloaded', '529'],
  ['529-in-stream', 'network', 'malformed response'],
  ['400', 'invalid_request', '400'],
  ['no-model', 'invalid_request', 'selected model'],
  ['too-long', 'context_too_long', 'Prompt is too long'],
  ['too-large', 'context_too_long', 'Request too large'],
  ['refused-connection', 'network', 'Connection refused'],
  ['no-name', 'network', 'ENOTFOUND'],
  ['dropped', 'network', 'ECONNRESET'],
  ['interrupted', 'crashed', ''],
])('what it said in the case of %s is classed as %s', (name, kind, words) => {
  const trouble = troubleOf(recorded(name));
  expect(trouble).toMatchObject({ class: kind, until: null });
  expect(trouble?.message).toContain(words);
});

test('the limit of a subscription says when it is over', () => {
  expect(troubleOf(recorded('subscription-limit'))).toMatchObject({
    class: 'rate_limited',
    until: 1_795_252_363_000,
  });
  expect(troubleOf(recorded('subscription-ok'))).toBeNull();
});

test.each(['edit', 'killed'])('%s is no trouble of its own', (name) => {
  expect(troubleOf(recorded(name))).toBeNull();
});

test('of a session that goes on, only the money of this run counts', () => {
  const model = { inputTokens: 10, outputTokens: 7, cacheReadInputTokens: 5, costUSD: 0.25 };
  const models = { opus: model, haiku: { ...model, cacheCreationInputTokens: 3, costUSD: 0.01 } };
  const end = { type: 'result', is_error: false, usage: USAGE, total_cost_usd: 9 };
  const { state } = read({ ...end, model_usage_since_last_result: models });
  const usage = { inputTokens: 23, outputTokens: 14, cachedInputTokens: 10, costUsd: 0.26 };
  expect(usageOf(state, true)).toEqual(usage);
  // Older versions do not tell them apart.
  expect(usageOf(read(end).state, true)).toMatchObject({ outputTokens: 7, costUsd: null });
  expect(usageOf(read(end).state, false)).toMatchObject({ outputTokens: 7, costUsd: 9 });
});

let fixture: Fixture;
let bin: string;
beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' });
  bin = mkdtempSync(path.join(tmpdir(), 'koubou-claude-'));
});
afterEach(async () => {
  await fixture.close();
  rmSync(bin, { recursive: true, force: true });
});

/** Puts a program called `claude` on the path of a new agent. */
async function agentWith(script: string): Promise<void> {
  writeFileSync(path.join(bin, 'claude'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, 'claude'), 0o755);
  await fixture.agent(
    {},
    { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: bin, ANTHROPIC_API_KEY: 'key-31' },
  );
}

async function run(model?: string): Promise<string> {
  const id = AttemptId.parse('task-1.1');
  const engine = { kind: 'claude-code' as const, ...(model !== undefined && { model }) };
  fixture.coordinator.assign(fixture.spec(id, '', { engine }));
  const end = await fixture.coordinator.end(id);
  return end.kind === 'failed' ? `${end.code}: ${end.message}` : end.kind;
}

test('an attempt with it: prompt on standard input, events followed, usage reported', async () => {
  const events = [
    says([{ type: 'text', text: 'Changing the notes.' }]),
    { type: 'result', is_error: false, usage: USAGE, total_cost_usd: 0.25 },
  ];
  await agentWith(
    `grep -q "Change the notes" || exit 9
    case "$*" in *"--output-format stream-json"*"--model fast"*) ;; *) exit 8;; esac
    test -z "$ANTHROPIC_API_KEY" || exit 7
    test "$(cat "$(echo "$*" | sed "s/.*cat '\\([^']*\\)'.*/\\1/")")" = key-31 || exit 6
    echo warned >&2
    ${events.map((event) => `echo '${JSON.stringify(event)}'`).join('\n')}
    echo changed >> notes.txt`,
  );
  expect(await run('fast')).toBe('succeeded');
  const id = AttemptId.parse('task-1.1');
  const { coordinator } = fixture;
  expect(coordinator.text(id)).toContain('Changing the notes.\r\n');
  expect(coordinator.text(id)).toContain('warned\r\n');
  expect(
    coordinator
      .bytesOf(id, 'transcript')
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(events);
  expect(coordinator.attempts.get(id)?.reports).toContainEqual({
    kind: 'usage',
    usage: { inputTokens: 13, outputTokens: 7, cachedInputTokens: 5, costUsd: 0.25 },
  });
  expect(coordinator.faults).toEqual([]);
});

test('what the repository says to it: servers of tools, and how often it may ask its model', async () => {
  await fixture.close();
  fixture = await openFixture();
  fixture.repo({
    'notes.txt': 'first\n',
    '.koubou.yaml': `test: cat notes.txt
claude-code:
  turns: 7
  mcp:
    tickets: { type: http, url: 'https://tickets.example/mcp', headers: { X-Team: shop } }
`,
  });
  const wanted = {
    mcpServers: {
      tickets: {
        ...{ type: 'http', url: 'https://tickets.example/mcp' },
        headers: { 'X-Team': 'shop' },
      },
    },
  };
  await agentWith(
    `case "$*" in *"--max-turns 7 --mcp-config "*) ;; *) exit 8;; esac
    test "$(cat "$(echo "$*" | sed 's/.*--mcp-config \\([^ ]*\\).*/\\1/')")" = '${JSON.stringify(wanted)}' || exit 6
    echo '{"type":"result","is_error":true,"terminal_reason":"max_turns","errors":["Reached maximum number of turns (7)"]}'
    exit 1`,
  );
  expect(await run()).toMatch(/^engine_budget_spent: .*maximum number of turns \(7\)/);
});

test.each([
  ['a crash', 'echo "segfault ahead" >&2; exit 139', /^engine_failed: .*139[^]*segfault ahead/],
  [
    'a refused key',
    `echo '{"type":"result","is_error":true,"result":"Invalid API key","api_error_status":401}'; exit 1`,
    /^engine_not_logged_in: .*Invalid API key[^]*[Ll]og in/,
  ],
])('%s is told in words', async (_, script, words) => {
  await agentWith(script);
  expect(await run()).toMatch(words);
});
