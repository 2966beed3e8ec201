/** What a model "does", said once for engines whose tools have different names: a script for the stand-ins of models. */
import path from 'node:path';

export type Move =
  | { readonly do: 'write'; readonly file: string; readonly content: string }
  | { readonly do: 'replace'; readonly file: string; readonly old: string; readonly new: string }
  | { readonly do: 'read'; readonly file: string }
  | { readonly do: 'run'; readonly command: string }
  | { readonly do: 'say'; readonly text: string };

export interface ToolCall {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

export type MoveBlock = { type: 'text'; text: string } | ({ type: 'tool_use' } & ToolCall);

interface Where {
  readonly step: number;
  readonly cwd: string;
  readonly tools: readonly string[];
}

/** One move per turn, in this order, and then `Done.` */
export function moves(...all: readonly Move[]): (where: Where) => MoveBlock[] {
  return ({ step, cwd, tools }) => {
    const move = all[step];
    if (!move) return [{ type: 'text', text: 'Done.' }];
    if (move.do === 'say') return [{ type: 'text', text: move.text }];
    return [{ type: 'tool_use', ...callOf(move, cwd, tools) }];
  };
}

/** The call by which an engine with these tools makes the move: those of Claude Code, OpenCode or our own loop. */
export function callOf(
  move: Exclude<Move, { do: 'say' }>,
  cwd: string,
  tools: readonly string[],
): ToolCall {
  if (tools.includes('Bash')) return claudeCall(move, cwd);
  return tools.includes('bash') ? openCodeCall(move, cwd) : ownCall(move);
}

function claudeCall(move: Exclude<Move, { do: 'say' }>, cwd: string): ToolCall {
  if (move.do === 'run') return { name: 'Bash', input: { command: move.command } };
  const file_path = path.join(cwd, move.file);
  switch (move.do) {
    case 'write':
      return { name: 'Write', input: { file_path, content: move.content } };
    case 'replace':
      return { name: 'Edit', input: { file_path, old_string: move.old, new_string: move.new } };
    case 'read':
      return { name: 'Read', input: { file_path } };
  }
}

function openCodeCall(move: Exclude<Move, { do: 'say' }>, cwd: string): ToolCall {
  if (move.do === 'run')
    return { name: 'bash', input: { command: move.command, description: 'run a command' } };
  const filePath = path.join(cwd, move.file);
  switch (move.do) {
    case 'write':
      return { name: 'write', input: { filePath, content: move.content } };
    case 'replace':
      return { name: 'edit', input: { filePath, oldString: move.old, newString: move.new } };
    case 'read':
      return { name: 'read', input: { filePath } };
  }
}

function ownCall(move: Exclude<Move, { do: 'say' }>): ToolCall {
  switch (move.do) {
    case 'run':
      return { name: 'run', input: { command: move.command } };
    case 'write':
      return { name: 'edit', input: { file_path: move.file, content: move.content } };
    case 'replace':
      return {
        name: 'edit',
        input: { file_path: move.file, old_string: move.old, new_string: move.new },
      };
    case 'read':
      return { name: 'read', input: { file_path: move.file } };
  }
}
