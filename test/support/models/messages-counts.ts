/** Tokens as the stand-in of the Messages API counts them: four bytes each, with prompt caching by what was sent before. */
import { createHash } from 'node:crypto';
import type { Body, Counts } from './messages-types.ts';

export const FIXED_COUNTS: Counts = { input: 1_000, cacheWrite: 0, cacheRead: 200, output: 50 };

export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

interface Cache {
  count(body: Body, raw: string, key: string): Omit<Counts, 'output'>;
}

/** Remembers what each key marked with `cache_control`, for ever. */
export function createCache(): Cache {
  const known = new Set<string>();
  return {
    count(body, raw, key) {
      const total = countTokens(raw);
      const marks = marksOf(body).map(({ text, tokens }) => ({
        tokens,
        id: createHash('sha256').update(`${key}\n${body.model}\n${text}`).digest('hex'),
      }));
      const marked = marks.at(-1)?.tokens ?? 0;
      const cacheRead = marks.findLast(({ id }) => known.has(id))?.tokens ?? 0;
      for (const { id } of marks) known.add(id);
      return { input: Math.max(1, total - marked), cacheWrite: marked - cacheRead, cacheRead };
    },
  };
}

/** What stands before each mark, in the order of the prompt: tools, system, messages. */
function marksOf({ tools = [], system, messages }: Body): { text: string; tokens: number }[] {
  const parts: unknown[] = [
    ...tools,
    ...partsOf(system),
    ...messages.flatMap(({ role, content }) => [role, ...partsOf(content)]),
  ];
  let text = '';
  return parts.flatMap((part) => {
    const { mark, rest } = unmarked(part);
    text += JSON.stringify(rest ?? null);
    return mark ? [{ text, tokens: countTokens(text) }] : [];
  });
}

function partsOf(content: unknown): unknown[] {
  return Array.isArray(content) ? content : [content];
}

function unmarked(part: unknown): { mark: boolean; rest: unknown } {
  if (typeof part !== 'object' || part === null || !('cache_control' in part))
    return { mark: false, rest: part };
  const { cache_control: mark, ...rest } = part;
  return { mark: mark !== null && mark !== undefined, rest };
}
