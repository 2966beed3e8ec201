/** A transcript from its bytes: what each event becomes, whatever the pieces they come in; and that nothing breaks it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTranscript, type Transcript } from './reader.ts';

const encoder = new TextEncoder();

function read(lines: readonly unknown[], most?: number): Transcript {
  const reader = readTranscript(most);
  reader.push(encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  reader.end();
  return reader.read();
}

const usage = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 90 };
const said = (id: string, ...content: unknown[]) => ({
  type: 'assistant',
  message: { id, content, usage },
});
const bash = { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'npm test\necho' } };
const answer = (id: string, content: unknown, isError = false) => ({
  type: 'user',
  message: { content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }] },
});
const RUN = [
  { type: 'system', subtype: 'init', model: 'opus' },
  said('m1', { type: 'thinking', thinking: 'Where is it?' }),
  said('m1', { type: 'text', text: 'I look at **total**.' }, bash),
  answer('t1', [{ type: 'text', text: 'Exit code 2\nboom' }], true),
  { type: 'result', is_error: false, num_turns: 2, total_cost_usd: 0.5, duration_ms: 9, usage },
];

describe('what an engine did', () => {
  it('is told in entries, with the result of a tool in its call and one usage for each answer', () => {
    expect(read(RUN).entries.map(({ kind }) => kind)).toEqual([
      'note',
      'thinking',
      'message',
      'tool_call',
      'usage',
      'usage',
    ]);
    expect(read(RUN).entries[3]).toMatchObject({
      tool: 'Bash',
      subject: 'npm test',
      result: { isError: true, exitCode: 2, text: 'Exit code 2\nboom' },
    });
    expect(read(RUN).entries.slice(4)).toMatchObject([
      { of: 'turn', inputTokens: 10, cachedInputTokens: 90, outputTokens: 5 },
      { of: 'total', costUsd: 0.5, turns: 2 },
    ]);
  });

  it('counts the lines that an edit changes', () => {
    const edit = { file_path: 'a.ts', old_string: 'a\nb\nc', new_string: 'a\nx\nb\ny\nz\nc' };
    const [call] = read([
      said('m', { type: 'tool_use', id: 't', name: 'Edit', input: edit }),
    ]).entries;
    expect(call).toMatchObject({ subject: 'a.ts', lines: { added: 3, removed: 0 } });
  });

  it('says the class of an error, and shows what it does not understand', () => {
    const error = { type: 'assistant', error: 'rate_limit', message: { content: [] } };
    expect(read([error, { type: 'novelty', x: 1 }]).entries).toMatchObject([
      { kind: 'note', isError: true, code: 'rate_limit' },
      { kind: 'raw', text: '{"type":"novelty","x":1}' },
    ]);
  });
});

it('the pieces that the bytes come in do not matter', () => {
  const lines = [
    ...RUN,
    { type: 'assistant', message: { content: [{ type: 'text', text: '工房 🛠️' }] } },
  ];
  const bytes = encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 20 }), (cuts) => {
      const reader = readTranscript();
      let from = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        reader.push(bytes.subarray(from, cut));
        from = cut;
      }
      reader.end();
      expect(reader.read()).toEqual(read(lines));
    }),
    { numRuns: 50 },
  );
});

it('never fails, whatever the lines are', () => {
  const shape = fc.record(
    {
      type: fc.constantFrom('assistant', 'user', 'system', 'result', 'else'),
      message: fc.anything(),
      error: fc.anything(),
      usage: fc.anything(),
      subtype: fc.anything(),
    },
    { requiredKeys: ['type'] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(shape, fc.anything()), { maxLength: 6 }), (lines) => {
      const { entries, dropped } = read(lines.map((line) => line ?? null));
      expect(entries.map(({ n }) => n)).toEqual(entries.map((_, index) => index + dropped));
    }),
    { numRuns: 100 },
  );
});

it('holds so many entries, the newest, and finds the call of a late result', () => {
  const lines = Array.from({ length: 150 }, (_, n) => said(`m${n}`, { ...bash, id: `t${n}` }));
  const { entries, dropped } = read([...lines, answer('t149', 'done')], 100);
  expect(entries.length).toBeLessThanOrEqual(100);
  expect(dropped + entries.length).toBe(300);
  expect(entries.find((entry) => entry.kind === 'tool_call' && entry.id === 't149')).toMatchObject({
    result: { text: 'done' },
  });
});

it('a line beyond the bound is cut, and the next one is read', () => {
  const reader = readTranscript();
  reader.push(encoder.encode(`"${'x'.repeat(3 * 1024 * 1024)}"\n{"type":"novelty"}\n`));
  const { entries } = reader.read();
  expect(entries).toMatchObject([{ kind: 'raw', offset: 0 }, { kind: 'raw' }]);
  expect(entries[1]?.offset).toBe(3 * 1024 * 1024 + 3);
});
