/** What an answer of Anthropic's Messages API says of what was used: at its beginning, and again, as totals, at its end. */
import { errorIn, field, textAt } from './classify.ts';
import { countAt, createMeter, type Meter } from './meter.ts';
import type { Tokens } from '../../../../shared/model-prices.ts';

const TELLING = ['"message_start"', '"message_delta"', '"message_stop"', '"error"'].map((word) =>
  Buffer.from(word),
);
/** Short, because that is looked for twice as fast. */
const WORDS = /"(?:message_|error")/;
/** An event is about so long for each token in it. */
const BYTES_PER_TOKEN = 40;
/** The kind of an event stands at its beginning. */
const HEAD_BYTES = 200;
const NOTHING: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 };

/** @param inputTokens what the request takes in, about: counts only where the answer does not say */
export function anthropicMeter(contentType: string | undefined, inputTokens: number): Meter {
  let model = '';
  let tokens: Tokens | null = null;
  let written = 0;
  let isTold = false;
  let isWhole = false;
  let error: ReturnType<typeof errorIn> | null = null;

  return createMeter(contentType, {
    words: () => WORDS,
    isTelling(line) {
      const head = line.subarray(0, HEAD_BYTES);
      return TELLING.some((word) => head.includes(word));
    },
    take(message) {
      const type = textAt(message, 'type');
      if (type === 'error') {
        error = errorIn(JSON.stringify(message), 0);
      } else if (type === 'message_start') {
        const begun = field(message, 'message');
        model = textAt(begun, 'model');
        tokens = tokensOf(field(begun, 'usage'), NOTHING);
      } else if (type === 'message_delta') {
        tokens = tokensOf(field(message, 'usage'), tokens ?? NOTHING);
        isTold = true;
      } else if (type === 'message_stop') {
        isWhole = true;
      } else if (type === 'message') {
        model = textAt(message, 'model');
        tokens = tokensOf(field(message, 'usage'), NOTHING);
        isTold = field(message, 'usage') !== undefined;
      } else {
        written += 1;
      }
    },
    passed(bytes) {
      written += bytes / BYTES_PER_TOKEN;
    },
    ended() {
      isWhole = true;
    },
    read() {
      const known = tokens ?? { ...NOTHING, input: inputTokens };
      const output = isTold ? known.output : Math.max(known.output, Math.round(written));
      return { model, tokens: { ...known, output }, isEstimated: !isTold, error, isWhole };
    },
  });
}

/** What is not said again stays as it was. */
function tokensOf(usage: unknown, before: Tokens): Tokens {
  const told = (name: string, otherwise: number): number => {
    const value = field(usage, name);
    return typeof value === 'number' ? countAt(value) : otherwise;
  };
  const writes = told('cache_creation_input_tokens', before.cacheWrite + before.cacheWriteHour);
  const hour = field(field(usage, 'cache_creation'), 'ephemeral_1h_input_tokens');
  const cacheWriteHour = Math.min(
    writes,
    typeof hour === 'number' ? countAt(hour) : before.cacheWriteHour,
  );
  return {
    input: told('input_tokens', before.input),
    output: told('output_tokens', before.output),
    cacheRead: told('cache_read_input_tokens', before.cacheRead),
    cacheWrite: writes - cacheWriteHour,
    cacheWriteHour,
  };
}
