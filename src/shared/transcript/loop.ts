/**
 * The transcript of our own engine (`anthropic`, `ollama`): how its lines are made up, and one of them as entries. A line is
 * known by `"koubou":1`. Pure, and never fails.
 */
import { z } from 'zod';
import type { ReadLine } from './claude.ts';
import { words, type EntryBody, type UsageEntry } from './entry.ts';
import { changedLines, subjectOf } from './tools.ts';

const count = z.int().min(0);

const LoopEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('begin'), model: z.string() }),
  z.object({ type: z.literal('prompt'), text: z.string() }),
  z.object({ type: z.literal('said'), text: z.string() }),
  z.object({ type: z.literal('thought'), text: z.string() }),
  z.object({
    type: z.literal('call'),
    id: z.string(),
    tool: z.string(),
    input: z.unknown(),
  }),
  z.object({
    type: z.literal('result'),
    id: z.string(),
    text: z.string(),
    is_error: z.boolean(),
  }),
  /** Of one answer; `turn` counts from 1. */
  z.object({ type: z.literal('turn'), turn: count, input: count, cached: count, output: count }),
  /** The model was asked again, or the conversation was shortened. */
  z.object({ type: z.literal('note'), code: z.string(), text: z.string() }),
  z.object({
    type: z.literal('end'),
    turns: count,
    ms: count,
    input: count,
    cached: count,
    output: count,
    /** What went wrong; `null`: nothing. */
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
]);
export type LoopEvent = z.infer<typeof LoopEvent>;

const Line = z.object({ koubou: z.literal(1), at: z.number() }).and(LoopEvent);

/** @param line without its end */
export function readLoopLine(line: string): ReadLine {
  const event = Line.safeParse(parse(line)).data;
  if (!event) return { at: null, bodies: [{ kind: 'raw', ...words(line) }], turn: null };
  const turn =
    event.type === 'turn'
      ? { id: `turn-${event.turn}`, usage: usageEntry('turn', event, null, null) }
      : null;
  return { at: event.at, bodies: bodiesOf(event), turn };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line that was cut: it is shown as it stands.
    return null;
  }
}

function bodiesOf(event: LoopEvent): EntryBody[] {
  switch (event.type) {
    case 'begin':
      return [{ kind: 'note', isError: false, code: 'init', ...words(event.model) }];
    case 'prompt':
      return [{ kind: 'message', by: 'person', ...words(event.text) }];
    case 'said':
      return [{ kind: 'message', by: 'engine', ...words(event.text) }];
    case 'thought':
      return [{ kind: 'thinking', ...words(event.text) }];
    case 'call':
      return [callOf(event)];
    case 'result':
      return [
        {
          kind: 'tool_result',
          id: event.id,
          ...words(event.text),
          isError: event.is_error,
          exitCode: exitCodeIn(event.text),
        },
      ];
    case 'turn':
      return [];
    case 'note':
      return [{ kind: 'note', isError: false, code: event.code, ...words(event.text) }];
    case 'end':
      return endOf(event);
  }
}

const Input = z.record(z.string(), z.unknown()).catch({});

function callOf({ id, tool, input }: Extract<LoopEvent, { type: 'call' }>): EntryBody {
  const given = Input.parse(input);
  return {
    kind: 'tool_call',
    id,
    tool,
    subject: subjectOf(given),
    input: words(inputText(given)),
    lines: changedLines(given),
    result: null,
  };
}

/** As a person reads it: a command as it is, the rest as JSON. */
function inputText(input: Readonly<Record<string, unknown>>): string {
  const { command } = input;
  if (typeof command === 'string' && Object.keys(input).length === 1) return command;
  return JSON.stringify(input, null, 2);
}

function exitCodeIn(text: string): number | null {
  const [, code] = /^exit code (\d+)/.exec(text) ?? [];
  return code === undefined ? null : Number(code);
}

function endOf(event: Extract<LoopEvent, { type: 'end' }>): EntryBody[] {
  const usage = usageEntry('total', event, event.ms, event.turns);
  if (event.error === null) return [usage];
  const { code, message } = event.error;
  return [usage, { kind: 'note', isError: true, code, ...words(message) }];
}

function usageEntry(
  of: UsageEntry['of'],
  { input, cached, output }: { input: number; cached: number; output: number },
  durationMs: number | null,
  turns: number | null,
): UsageEntry {
  return {
    kind: 'usage',
    of,
    inputTokens: input,
    outputTokens: output,
    cachedInputTokens: cached,
    costUsd: null,
    durationMs,
    turns,
  };
}
