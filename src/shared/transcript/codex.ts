/**
 * One line of Codex's event stream (`codex exec --json`) as entries of a transcript. Versions add events and fields: what is
 * not known is a raw line, what is of no interest none. Pure, and never fails.
 */
import { z } from 'zod';
import type { ReadLine } from './claude.ts';
import { words, type EntryBody, type ToolResult } from './entry.ts';

const text = z.string().catch('');
const count = z.int().min(0).catch(0);

const Item = z.looseObject({
  id: text,
  type: text,
  text,
  message: text,
  command: text,
  aggregated_output: text,
  exit_code: z.number().nullish().catch(null),
  status: text,
  server: text,
  tool: text,
  query: text,
  arguments: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
  changes: z.array(z.looseObject({ path: text, kind: text })).catch([]),
  items: z.array(z.looseObject({ text, completed: z.boolean().catch(false) })).catch([]),
});
type Item = z.infer<typeof Item>;

const Line = z.looseObject({
  type: z.string(),
  message: text,
  item: Item.nullish().catch(null),
  error: z.looseObject({ message: text }).nullish().catch(null),
  usage: z
    .looseObject({ input_tokens: count, cached_input_tokens: count, output_tokens: count })
    .nullish()
    .catch(null),
});
type Line = z.infer<typeof Line>;

/** @param line without its end */
export function readCodexLine(line: string): ReadLine {
  const event = parse(line);
  return { at: null, bodies: event ? bodiesOf(event, line) : [raw(line)], turn: null };
}

function parse(line: string): Line | null {
  try {
    return Line.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // No JSON: the line is shown as it stands.
    return null;
  }
}

function raw(line: string): EntryBody {
  return { kind: 'raw', ...words(line) };
}

function bodiesOf(event: Line, line: string): EntryBody[] {
  switch (event.type) {
    case 'thread.started':
    case 'turn.started':
    case 'item.updated':
      return [];
    case 'item.started':
      return event.item ? started(event.item) : [raw(line)];
    case 'item.completed':
      return event.item ? completed(event.item, line) : [raw(line)];
    case 'turn.completed':
      return event.usage ? [total(event.usage)] : [];
    // The same words came as an error before.
    case 'turn.failed':
      return [{ kind: 'note', isError: true, code: 'failed', ...words('') }];
    case 'error': {
      const again = /^Reconnecting\.{3} ([^]*)$/.exec(event.message)?.[1];
      const code = again === undefined ? 'error' : 'api_retry';
      return [{ kind: 'note', isError: true, code, ...words(again ?? event.message) }];
    }
    default:
      return [raw(line)];
  }
}

function started(item: Item): EntryBody[] {
  switch (item.type) {
    case 'command_execution':
      return [call(item, 'Shell', firstLine(item.command), item.command)];
    case 'file_change':
      return [call(item, 'Edit', item.changes.map(({ path }) => path).join(', '), changesOf(item))];
    case 'mcp_tool_call': {
      const input = item.arguments === undefined ? '' : JSON.stringify(item.arguments, null, 2);
      return [call(item, `${item.server}.${item.tool}`, '', input)];
    }
    default:
      return [];
  }
}

function call(item: Item, tool: string, subject: string, input: string): EntryBody {
  const { id } = item;
  return { kind: 'tool_call', id, tool, subject, input: words(input), lines: null, result: null };
}

function changesOf({ changes }: Item): string {
  return changes.map(({ kind, path }) => `${kind}: ${path}`).join('\n');
}

function firstLine(command: string): string {
  return command.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}

function completed(item: Item, line: string): EntryBody[] {
  const isError = item.status === 'failed';
  const result = (said: string, exitCode: number | null = null): EntryBody[] => {
    const told: ToolResult = { ...words(said), isError, exitCode };
    return [{ kind: 'tool_result', id: item.id, ...told }];
  };
  switch (item.type) {
    case 'agent_message':
      return item.text === '' ? [] : [{ kind: 'message', by: 'engine', ...words(item.text) }];
    case 'reasoning':
      return item.text === '' ? [] : [{ kind: 'thinking', ...words(item.text) }];
    case 'command_execution':
      return result(item.aggregated_output, item.exit_code ?? null);
    case 'file_change':
      return result(item.status);
    case 'mcp_tool_call':
      return result(JSON.stringify(item.error ?? item.result ?? null, null, 2));
    case 'web_search':
      return [call(item, 'Search', item.query, ''), ...result('')];
    case 'todo_list': {
      const list = item.items.map((one) => `${one.completed ? '✓' : '·'} ${one.text}`).join('\n');
      return [{ kind: 'note', isError: false, code: 'plan', ...words(list) }];
    }
    case 'error':
      return [{ kind: 'note', isError: false, code: 'warning', ...words(item.message) }];
    default:
      return [raw(line)];
  }
}

/** Of the whole session so far. */
function total(usage: NonNullable<Line['usage']>): EntryBody {
  return {
    kind: 'usage',
    of: 'total',
    inputTokens: Math.max(0, usage.input_tokens - usage.cached_input_tokens),
    outputTokens: usage.output_tokens,
    cachedInputTokens: usage.cached_input_tokens,
    costUsd: null,
    durationMs: null,
    turns: null,
  };
}
