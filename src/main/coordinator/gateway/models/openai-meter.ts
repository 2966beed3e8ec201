/**
 * What an answer of OpenAI's APIs says of what was used: Responses at its end, Chat Completions in a last piece, when the
 * client asked for it. Where it did not, what was used is estimated: to ask for it ourselves would change what the client sees.
 */
import { errorIn, field, textAt } from './classify.ts';
import { countAt, createMeter, type Meter } from './meter.ts';
import type { Tokens } from '../../../../shared/model-prices.ts';

const ENDS = ['response.completed', 'response.incomplete', 'response.failed'];
/** At its beginning an event says what it is. */
const HEAD_BYTES = 200;
const TELLING_HEAD = [...ENDS.map((end) => `"${end}"`), '"response.created"', '"error"'].map(
  (word) => Buffer.from(word),
);
/** Of Chat Completions, somewhere in it: pieces are short. */
const TELLING_CHAT = Buffer.from('"usage":{');
const TELLING_SPACED = Buffer.from('"usage": {');
const CHAT = Buffer.from('chat.completion.chunk');
const MOST_CHAT_BYTES = 4_096;
const WORDS = /"(?:response\.(?:completed|incomplete|failed|created)|error)"|"usage": ?\{|\[DONE\]/;
/** The same, while the model is not known. */
const WORDS_OR_CHAT = new RegExp(`${WORDS.source}|chat\\.completion\\.chunk`);
/** An event is about so long for each token in it. */
const BYTES_PER_TOKEN = 150;

/** @param inputTokens what the request takes in, about: counts only where the answer does not say */
export function openaiMeter(contentType: string | undefined, inputTokens: number): Meter {
  let model = '';
  let tokens: Tokens | null = null;
  let written = 0;
  let isWhole = false;
  let error: ReturnType<typeof errorIn> | null = null;

  function takeAnswer(answer: unknown): void {
    model = textAt(answer, 'model') || model;
    const usage = field(answer, 'usage');
    if (typeof usage === 'object' && usage !== null) tokens = tokensOf(usage);
  }

  return createMeter(contentType, {
    words: () => (model === '' ? WORDS_OR_CHAT : WORDS),
    isTelling(line) {
      const head = line.subarray(0, HEAD_BYTES);
      if (TELLING_HEAD.some((word) => head.includes(word))) return true;
      if (line.length > MOST_CHAT_BYTES) return false;
      // The first piece names the model.
      if (model === '' && head.includes(CHAT)) return true;
      return line.includes(TELLING_CHAT) || line.includes(TELLING_SPACED);
    },
    take(message) {
      const type = textAt(message, 'type');
      const response = field(message, 'response');
      if (response !== undefined) takeAnswer(response);
      else takeAnswer(message);
      if (ENDS.includes(type)) isWhole = true;
      const failed = field(response, 'error') ?? field(message, 'error');
      if (failed !== undefined && failed !== null) error = errorIn(JSON.stringify(failed), 0);
      else if (type === 'error') error = errorIn(JSON.stringify(message), 0);
      if (type === '' && tokens === null) written += 1;
    },
    passed(bytes) {
      written += bytes / BYTES_PER_TOKEN;
    },
    ended() {
      isWhole = true;
    },
    read() {
      const isEstimated = tokens === null;
      const read = tokens ?? { ...tokensOf({}), input: inputTokens, output: Math.ceil(written) };
      return { model, tokens: read, isEstimated, error, isWhole };
    },
  });
}

/** Both APIs count what was read from the cache as part of the input. */
function tokensOf(usage: unknown): Tokens {
  const input = countAt(field(usage, 'input_tokens') ?? field(usage, 'prompt_tokens'));
  const details = field(usage, 'input_tokens_details') ?? field(usage, 'prompt_tokens_details');
  const cacheRead = Math.min(input, countAt(field(details, 'cached_tokens')));
  return {
    input: input - cacheRead,
    output: countAt(field(usage, 'output_tokens') ?? field(usage, 'completion_tokens')),
    cacheRead,
    cacheWrite: 0,
    cacheWriteHour: 0,
  };
}
