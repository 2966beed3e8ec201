/** What an engine said and did, told the same way whatever the engine: the entries of a transcript. */

/** Words that may be cut, and how many characters are left out. */
export interface Words {
  readonly text: string;
  readonly cut: number;
}

export interface ToolResult extends Words {
  readonly isError: boolean;
  /** The exit code, where the tool ran a command and it is known. */
  readonly exitCode: number | null;
}

export interface ToolCall {
  readonly kind: 'tool_call';
  /** The engine's own name of the call; its result carries it too. */
  readonly id: string;
  readonly tool: string;
  /** What it is about, in one line: a path, a command, a pattern. */
  readonly subject: string;
  readonly input: Words;
  /** Lines that an edit adds and removes. */
  readonly lines: { readonly added: number; readonly removed: number } | null;
  /** `null`: it runs, or ended without one. */
  readonly result: ToolResult | null;
}

export interface UsageEntry {
  readonly kind: 'usage';
  /** Of one answer of the model, or of the whole run. */
  readonly of: 'turn' | 'total';
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly costUsd: number | null;
  readonly durationMs: number | null;
  readonly turns: number | null;
}

export type EntryBody =
  | ({ readonly kind: 'message'; readonly by: 'engine' | 'person' } & Words)
  | ({ readonly kind: 'thinking' } & Words)
  | ToolCall
  | ({ readonly kind: 'tool_result'; readonly id: string } & ToolResult)
  | UsageEntry
  /** `code`: the class of an error (`rate_limit`, …), as the engine names it. */
  | ({ readonly kind: 'note'; readonly isError: boolean; readonly code: string | null } & Words)
  /** A line that is not understood, as it stands. */
  | ({ readonly kind: 'raw' } & Words);

export type Entry = EntryBody & {
  /** Counts up from 0 and stays with the entry. */
  readonly n: number;
  /** Where its line begins in the transcript, in bytes. */
  readonly offset: number;
  /** Epoch ms, where the engine says it. */
  readonly at: number | null;
};

/** Characters kept of one text. */
export const MOST_WORDS = 32 * 1024;

export function words(text: string, most: number = MOST_WORDS): Words {
  const cut = Math.max(0, text.length - most);
  return { text: cut > 0 ? text.slice(0, most) : text, cut };
}
