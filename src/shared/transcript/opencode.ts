/**
 * One line of OpenCode's event stream (`opencode run --format json`) as entries of a transcript. Versions add events and
 * fields: what is not known is a raw line, what is of no interest none. Pure, and never fails.
 */
import { z } from 'zod';
import type { ReadLine } from './claude.ts';
import { words, type EntryBody, type ToolCall } from './entry.ts';
import { subjectOf } from './tools.ts';

const text = z.string().catch('');
const count = z.int().min(0).catch(0);

const Change = z.looseObject({ additions: count, deletions: count });
const State = z.looseObject({
  status: text,
  input: z.record(z.string(), z.unknown()).catch({}),
  output: text,
  error: text,
  title: text,
  metadata: z
    .looseObject({
      exit: z.number().nullish().catch(null),
      filediff: Change.nullish().catch(null),
      files: z.array(Change).nullish().catch(null),
    })
    .catch({}),
});
type State = z.infer<typeof State>;

const Part = z.looseObject({
  id: text,
  text,
  tool: text,
  callID: text,
  state: State.nullish().catch(null),
  cost: z.number().min(0).nullish().catch(null),
  tokens: z
    .looseObject({
      input: count,
      output: count,
      reasoning: count,
      cache: z.looseObject({ read: count, write: count }).catch({ read: 0, write: 0 }),
    })
    .nullish()
    .catch(null),
});
type Part = z.infer<typeof Part>;

const Line = z.looseObject({
  type: z.string(),
  timestamp: z.number().nullish().catch(null),
  part: Part.nullish().catch(null),
  error: z
    .looseObject({ name: text, data: z.looseObject({ message: text }).catch({ message: '' }) })
    .nullish()
    .catch(null),
});
type Line = z.infer<typeof Line>;

/** @param line without its end */
export function readOpenCodeLine(line: string): ReadLine {
  const event = parse(line);
  if (!event) return { at: null, bodies: [{ kind: 'raw', ...words(line) }], turn: null };
  return { at: event.timestamp ?? null, bodies: bodiesOf(event, line), turn: null };
}

function parse(line: string): Line | null {
  try {
    return Line.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // No JSON: the line is shown as it stands.
    return null;
  }
}

function bodiesOf({ type, part, error }: Line, line: string): EntryBody[] {
  const raw: EntryBody = { kind: 'raw', ...words(line) };
  switch (type) {
    case 'step_start':
      return [];
    case 'text':
      return part ? [{ kind: 'message', by: 'engine', ...words(part.text) }] : [raw];
    case 'reasoning':
      return part ? [{ kind: 'thinking', ...words(part.text) }] : [raw];
    case 'tool_use':
      return part?.state ? toolUse(part, part.state) : [raw];
    case 'step_finish':
      return part?.tokens ? [turnUsage(part.tokens, part.cost ?? null)] : [];
    case 'error': {
      const said = error?.data.message ?? '';
      return [{ kind: 'note', isError: true, code: error?.name ?? 'error', ...words(said) }];
    }
    default:
      return [raw];
  }
}

/** It is told when it is over. */
function toolUse(part: Part, state: State): EntryBody[] {
  const isError = state.status === 'error';
  const said = isError ? state.error : state.output;
  const exitCode = state.metadata.exit ?? null;
  const call: ToolCall = {
    kind: 'tool_call',
    id: part.callID,
    tool: part.tool === '' ? 'tool' : part.tool,
    subject: part.tool === 'apply_patch' ? patched(state) : subjectOf(state.input),
    input: words(inputText(state.input)),
    lines: linesOf(state),
    result: { ...words(said), isError: isError || (exitCode ?? 0) !== 0, exitCode },
  };
  return [call];
}

/** The files that a patch names. */
function patched({ input }: State): string {
  const patch = z.string().catch('').parse(input['patchText']);
  const files = [...patch.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)];
  return files.map(([, file]) => file).join(', ');
}

function linesOf({ metadata: { filediff, files } }: State): ToolCall['lines'] {
  const changes = filediff ? [filediff] : (files ?? []);
  if (changes.length === 0) return null;
  return {
    added: changes.reduce((sum, { additions }) => sum + additions, 0),
    removed: changes.reduce((sum, { deletions }) => sum + deletions, 0),
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

function turnUsage(tokens: NonNullable<Part['tokens']>, costUsd: number | null): EntryBody {
  return {
    kind: 'usage',
    of: 'turn',
    inputTokens: tokens.input + tokens.cache.write,
    outputTokens: tokens.output + tokens.reasoning,
    cachedInputTokens: tokens.cache.read,
    costUsd,
    durationMs: null,
    turns: null,
  };
}
