/**
 * One line of Claude Code's event stream (`--output-format stream-json`) as entries of a transcript. Versions add events and
 * fields: what is not known is a raw line, what is of no interest none. Pure, and never fails.
 */
import { z } from 'zod';
import { words, type EntryBody, type ToolResult, type UsageEntry } from './entry.ts';
import { changedLines, subjectOf } from './tools.ts';

const text = z.string().catch('');
const count = z.int().min(0).catch(0);
const amount = z.number().min(0).nullish().catch(null);

const Block = z.looseObject({
  type: text,
  text,
  thinking: text,
  id: text,
  name: text,
  tool_use_id: text,
  input: z.record(z.string(), z.unknown()).catch({}),
  content: z.unknown().optional(),
  is_error: z.boolean().catch(false),
});
type Block = z.infer<typeof Block>;

const TokenCounts = z.looseObject({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
type TokenCounts = z.infer<typeof TokenCounts>;

const Message = z.looseObject({
  id: text,
  content: z.union([z.string(), z.array(Block.catch(Block.parse({})))]).catch([]),
  usage: TokenCounts.nullish().catch(null),
});

const Line = z.looseObject({
  type: z.string(),
  subtype: text,
  timestamp: text,
  error: z.unknown().optional(),
  message: Message.nullish().catch(null),
  model: text,
  attempt: amount,
  max_retries: amount,
  is_error: z.boolean().catch(false),
  result: text,
  errors: z.array(z.string()).catch([]),
  terminal_reason: text,
  num_turns: amount,
  duration_ms: amount,
  total_cost_usd: amount,
  usage: TokenCounts.nullish().catch(null),
});
type Line = z.infer<typeof Line>;

export interface ReadLine {
  readonly at: number | null;
  readonly bodies: readonly EntryBody[];
  /** Of an answer of the model: it comes with each part of the answer anew, and grows. */
  readonly turn: { readonly id: string; readonly usage: UsageEntry } | null;
}

/** @param line without its end */
export function readClaudeLine(line: string): ReadLine {
  if (line.trim() === '') return { at: null, bodies: [], turn: null };
  const event = Line.safeParse(parse(line)).data;
  const raw: ReadLine = { at: null, bodies: [{ kind: 'raw', ...words(line) }], turn: null };
  if (!event) return raw;
  const time = Date.parse(event.timestamp);
  const at = Number.isFinite(time) ? time : null;
  switch (event.type) {
    case 'system':
      return { at, bodies: systemNotes(event, line), turn: null };
    case 'assistant':
      return { at, bodies: [...spoken(event), ...errorOf(event)], turn: turnOf(event) };
    case 'user':
      return { at, bodies: answers(event), turn: null };
    case 'result':
      return { at, bodies: ending(event), turn: null };
    default:
      return { ...raw, at };
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // No JSON: the line is shown as it stands.
    return null;
  }
}

function systemNotes(event: Line, line: string): EntryBody[] {
  const note = (said: string): EntryBody[] => [
    { kind: 'note', isError: false, code: event.subtype, ...words(said) },
  ];
  if (event.subtype === 'init') return note(event.model);
  if (event.subtype === 'api_retry') {
    const said = `${event.attempt ?? '?'}/${event.max_retries ?? '?'}`;
    return [{ kind: 'note', isError: true, code: 'api_retry', ...words(said) }];
  }
  if (event.subtype === 'compact_boundary') return note('');
  return [{ kind: 'raw', ...words(line) }];
}

function blocksOf({ message }: Line): readonly Block[] {
  const content = message?.content ?? [];
  return typeof content === 'string' ? [Block.parse({ type: 'text', text: content })] : content;
}

function spoken(event: Line): EntryBody[] {
  return blocksOf(event).flatMap((block): EntryBody[] => {
    switch (block.type) {
      case 'text':
        return block.text === '' ? [] : [{ kind: 'message', by: 'engine', ...words(block.text) }];
      case 'thinking':
        return block.thinking === '' ? [] : [{ kind: 'thinking', ...words(block.thinking) }];
      case 'tool_use':
        return [
          {
            kind: 'tool_call',
            id: block.id,
            tool: block.name === '' ? 'tool' : block.name,
            subject: subjectOf(block.input),
            input: words(inputText(block.input)),
            lines: changedLines(block.input),
            result: null,
          },
        ];
      default:
        return [];
    }
  });
}

/** The error of an answer is said in its text as well; here it is its class. */
function errorOf({ error }: Line): EntryBody[] {
  if (typeof error !== 'string' || error === '') return [];
  return [{ kind: 'note', isError: true, code: error, ...words('') }];
}

function turnOf({ message }: Line): ReadLine['turn'] {
  if (!message?.usage || message.id === '') return null;
  return { id: message.id, usage: usageOf('turn', message.usage) };
}

function answers(event: Line): EntryBody[] {
  return blocksOf(event).flatMap((block): EntryBody[] => {
    if (block.type === 'tool_result') {
      return [{ kind: 'tool_result', id: block.tool_use_id, ...resultOf(block) }];
    }
    if (block.type !== 'text' || block.text === '') return [];
    return [{ kind: 'message', by: 'person', ...words(block.text) }];
  });
}

function resultOf({ content, is_error: isError }: Block): ToolResult {
  const said = textOf(content);
  const code = isError ? /^(?:Error: )?Exit code (\d+)/.exec(said)?.[1] : undefined;
  return { ...words(said), isError, exitCode: code === undefined ? null : Number(code) };
}

const Part = z.looseObject({ type: text, text });

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = z.array(Part.catch({ type: '', text: '' })).safeParse(content).data ?? [];
  return parts.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
}

function ending(event: Line): EntryBody[] {
  const bodies: EntryBody[] = [];
  if (event.usage) {
    bodies.push({
      ...usageOf('total', event.usage),
      costUsd: event.total_cost_usd ?? null,
      durationMs: event.duration_ms ?? null,
      turns: event.num_turns ?? null,
    });
  }
  if (!event.is_error) return bodies;
  const said = [event.result, event.errors.join('; '), event.terminal_reason].find(
    (reason) => reason !== '',
  );
  const code = event.subtype === '' || event.subtype === 'success' ? 'failed' : event.subtype;
  return [...bodies, { kind: 'note', isError: true, code, ...words(said ?? '') }];
}

function usageOf(of: UsageEntry['of'], usage: TokenCounts): UsageEntry {
  return {
    kind: 'usage',
    of,
    inputTokens: usage.input_tokens + usage.cache_creation_input_tokens,
    outputTokens: usage.output_tokens,
    cachedInputTokens: usage.cache_read_input_tokens,
    costUsd: null,
    durationMs: null,
    turns: null,
  };
}

/** As a person reads it: texts of many lines as they are, the rest as JSON. */
function inputText(input: Readonly<Record<string, unknown>>): string {
  return Object.entries(input)
    .map(([name, value]) => {
      const said = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
      return said.includes('\n') ? `${name}:\n${said}` : `${name}: ${said}`;
    })
    .join('\n');
}
