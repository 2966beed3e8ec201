/** What was used, read from the answers of both providers, wherever their bytes are cut. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anthropicMeter } from './anthropic-meter.ts';
import type { Meter } from './meter.ts';
import { openaiMeter } from './openai-meter.ts';

const STREAM = 'text/event-stream; charset=utf-8';
const event = (data: object): string =>
  `${'type' in data ? `event: ${String(data.type)}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

const ANTHROPIC = [
  {
    type: 'message_start',
    message: {
      model: 'claude-opus-5-5',
      usage: {
        ...{ input_tokens: 7, cache_read_input_tokens: 300, cache_creation_input_tokens: 90 },
        ...{ cache_creation: { ephemeral_1h_input_tokens: 40 }, output_tokens: 1 },
      },
    },
  },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Grüße "error"' } },
  { type: 'ping' },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 55 } },
  { type: 'message_stop' },
];
const RESPONSES = [
  { type: 'response.created', response: { model: 'gpt-5.4', usage: null, error: null } },
  { type: 'response.output_text.delta', delta: 'say "usage":{"input_tokens":9}' },
  {
    type: 'response.completed',
    response: {
      ...{ model: 'gpt-5.4-2026-03-05', output: ['x'.repeat(5_000)], error: null },
      usage: {
        ...{ input_tokens: 1_200, input_tokens_details: { cached_tokens: 100 } },
        ...{ output_tokens: 40, total_tokens: 1_240 },
      },
    },
  },
];
const piece = (more: object) => ({ object: 'chat.completion.chunk', model: 'gpt-4.1', ...more });
const CHAT = [
  piece({ choices: [{ delta: { role: 'assistant', content: '' } }], usage: null }),
  piece({ choices: [{ delta: { content: '"usage":{"prompt_tokens":5}' } }], usage: null }),
  piece({
    choices: [],
    usage: {
      ...{ prompt_tokens: 1_100, completion_tokens: 30 },
      prompt_tokens_details: { cached_tokens: 100 },
    },
  }),
];

/** Cut anywhere, also within a character. */
function inPieces(meter: Meter, text: string, cuts: readonly number[]): Meter {
  const bytes = Buffer.from(text);
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    meter.push(bytes.subarray(from, to));
    from = to;
  }
  return meter;
}

const cuts = fc.array(fc.nat(), { maxLength: 40 });

describe('wherever the bytes are cut, what was used is read to the token', () => {
  test('of messages', () => {
    const text = ANTHROPIC.map(event).join('');
    fc.assert(
      fc.property(cuts, (at) => {
        expect(inPieces(anthropicMeter(STREAM, 5), text, at).read()).toEqual({
          model: 'claude-opus-5-5',
          tokens: { input: 7, output: 55, cacheRead: 300, cacheWrite: 50, cacheWriteHour: 40 },
          ...{ isEstimated: false, error: null, isWhole: true },
        });
      }),
    );
  });

  test('of responses', () => {
    const text = RESPONSES.map(event).join('').replaceAll('\n', '\r\n');
    fc.assert(
      fc.property(cuts, (at) => {
        expect(inPieces(openaiMeter(STREAM, 5), text, at).read()).toEqual({
          model: 'gpt-5.4-2026-03-05',
          tokens: { input: 1_100, output: 40, cacheRead: 100, cacheWrite: 0, cacheWriteHour: 0 },
          ...{ isEstimated: false, error: null, isWhole: true },
        });
      }),
    );
  });

  test('of chat completions', () => {
    const text = `${CHAT.map(event).join('')}data: [DONE]\n\n`;
    fc.assert(
      fc.property(cuts, (at) => {
        expect(inPieces(openaiMeter(STREAM, 5), text, at).read()).toEqual({
          model: 'gpt-4.1',
          tokens: { input: 1_000, output: 30, cacheRead: 100, cacheWrite: 0, cacheWriteHour: 0 },
          ...{ isEstimated: false, error: null, isWhole: true },
        });
      }),
    );
  });

  test('of whole messages', () => {
    const usage = { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 9 };
    const text = JSON.stringify({ type: 'message', model: 'm', content: [], usage }, null, 2);
    fc.assert(
      fc.property(cuts, (at) => {
        const read = inPieces(anthropicMeter('application/json', 5), text, at).read();
        expect(read.tokens).toMatchObject({ input: 3, output: 9, cacheRead: 2 });
        expect(read).toMatchObject({ isEstimated: false, isWhole: true });
      }),
    );
  });
});

test('a stream that stops in the middle is not whole, and what it wrote is estimated', () => {
  const delta = {
    type: 'content_block_delta',
    delta: { type: 'text_delta', text: 'w'.repeat(81) },
  };
  const text = [ANTHROPIC[0], delta, delta].map((one) => event(one ?? {})).join('');
  const read = inPieces(anthropicMeter(STREAM, 5), text, []).read();
  expect(read).toMatchObject({ isWhole: false, isEstimated: true });
  expect(read.tokens.input).toBe(7);
  expect(read.tokens.output).toBeGreaterThan(5);
});

test('chat completions that say nothing of what was used are estimated', () => {
  const text = `${CHAT.slice(0, 2).map(event).join('')}data: [DONE]\n\n`;
  const read = inPieces(openaiMeter(STREAM, 77), text, []).read();
  expect(read).toMatchObject({ model: 'gpt-4.1', isWhole: true, isEstimated: true });
  expect(read.tokens.input).toBe(77);
  expect(read.tokens.output).toBeGreaterThan(0);
});

test('an error that comes after a good beginning is told', () => {
  const broke = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const text = [ANTHROPIC[0], broke].map((one) => event(one ?? {})).join('');
  expect(inPieces(anthropicMeter(STREAM, 5), text, []).read().error?.type).toBe('overloaded_error');
  const error = { code: 'rate_limit_exceeded', message: 'Please try again in 1.5s.' };
  const failed = event({ type: 'response.failed', response: { model: 'g', error } });
  expect(inPieces(openaiMeter(STREAM, 5), failed, []).read().error?.code).toBe(
    'rate_limit_exceeded',
  );
});

test('garbage is no usage, and no crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isStream) => {
      for (const meterOf of [anthropicMeter, openaiMeter]) {
        const meter = meterOf(isStream ? STREAM : 'application/json', 5);
        meter.push(Buffer.from(bytes));
        meter.push(Buffer.from('\ndata: {"type":"message_start"\n\ndata: null\n\n'));
        expect(meter.read().isEstimated).toBe(true);
      }
    }),
  );
});
