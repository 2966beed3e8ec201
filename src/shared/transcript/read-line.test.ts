/** Recorded streams of every engine, as entries of a transcript. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { EntryBody } from './entry.ts';
import { readTranscriptLine } from './read-line.ts';

function entries(file: string): EntryBody[] {
  const recorded = path.join(import.meta.dirname, '../../../test/fixtures/engines', file);
  const lines = readFileSync(recorded, 'utf8').trim().split('\n');
  return lines.flatMap((line) => readTranscriptLine(line).bodies);
}

test('Codex: messages, calls with their results, edits, and the total', () => {
  const told = entries('codex/edit.jsonl');
  expect(told.map(({ kind }) => kind)).toEqual([
    'note',
    'message',
    ...['tool_call', 'tool_result', 'tool_call', 'tool_result', 'tool_call', 'tool_result'],
    'message',
    'usage',
  ]);
  expect(told[4]).toMatchObject({ tool: 'Edit', subject: '/home/agent/repo/patched.txt' });
  expect(told[7]).toMatchObject({ id: 'item_4', exitCode: 0, isError: false });
  expect(told[9]).toMatchObject({ of: 'total', inputTokens: 4_400, cachedInputTokens: 400 });
  expect(entries('codex/mcp.jsonl')[0]).toMatchObject({ tool: 'cluster.delegate_task' });
});

test('OpenCode: messages, calls folded with their results, and what each step used', () => {
  const told = entries('opencode/edit.jsonl');
  expect(told[0]).toMatchObject({ kind: 'message', by: 'engine', text: 'Writing.' });
  expect(told.filter(({ kind }) => kind === 'raw')).toEqual([]);
  const calls = told.filter((body) => body.kind === 'tool_call');
  expect(calls.map(({ tool, subject }) => [tool, subject])).toEqual([
    ['write', '/home/agent/repo/hello.txt'],
    ['read', '/home/agent/repo/README.md'],
    ['edit', '/home/agent/repo/README.md'],
    ['bash', expect.stringContaining('git add -A')],
  ]);
  expect(calls[2]).toMatchObject({ lines: { added: 1, removed: 1 }, result: { isError: false } });
  expect(calls[3]?.result).toMatchObject({ exitCode: 0 });
  const used = told.filter((body) => body.kind === 'usage');
  expect(used).toHaveLength(5);
  expect(used[0]).toMatchObject({ of: 'turn', inputTokens: 1_000, costUsd: 0.00106 });
});

test('errors of both are notes, and every other line is still what it was', () => {
  expect(entries('codex/limited.jsonl').map((body) => 'code' in body && body.code)).toEqual([
    'api_retry',
    'error',
    'failed',
  ]);
  expect(entries('opencode/limited.jsonl')).toMatchObject([
    { kind: 'note', isError: true, code: 'APIError' },
  ]);
  const claude =
    '{"type":"assistant","message":{"content":[{"type":"text","text":"item.started"}]}}';
  expect(readTranscriptLine(claude).bodies).toMatchObject([{ kind: 'message' }]);
  expect(readTranscriptLine('{"type":"item.started","item":').bodies).toMatchObject([
    { kind: 'raw' },
  ]);
});
