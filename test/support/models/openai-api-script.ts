/**
 * What the model of `openai-api.ts` does, told once for every program that asks it: steps as a person would name them are
 * turned into calls of the tools that the program offers in its request (Codex: a shell, or a program around it; OpenCode: bash, write, edit or patches).
 */

/** One thing of an answer. Paths are relative to the work tree. */
export type Step =
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'run'; readonly command: string }
  | { readonly do: 'read'; readonly path: string }
  | { readonly do: 'write'; readonly path: string; readonly content: string }
  | { readonly do: 'edit'; readonly path: string; readonly before: string; readonly after: string };

/** What a request shows of its conversation. */
export interface Turn {
  /** How many answers with tools were carried out since a person spoke last: 0 on the first request. */
  readonly step: number;
  /** The directory the program said it works in; `/` when it did not. */
  readonly cwd: string;
  /** All that was said for the person so far. */
  readonly prompt: string;
  readonly model: string;
}

/** The answer to one request: words, or words and one use of a tool. */
export type Script = (turn: Turn) => readonly Step[];

interface ToolUse {
  readonly name: string;
  /** A text for tools that take no JSON: Codex lets newer models write a program. */
  readonly input: Readonly<Record<string, unknown>> | string;
}

export interface Answer {
  readonly text: string;
  readonly use: ToolUse | null;
}

/** Says one thing, whatever is asked. */
export function saying(text: string): Script {
  return () => [{ do: 'say', text }];
}

/** Reads the file, changes it, runs a command and says that it is done. */
export function editing(
  path: string,
  change: { readonly before: string; readonly after: string },
  command: string,
): Script {
  const steps: readonly (readonly Step[])[] = [
    [
      { do: 'say', text: `Looking at ${path}.` },
      { do: 'read', path },
    ],
    [{ do: 'edit', path, ...change }],
    [{ do: 'run', command }],
  ];
  return ({ step }) => steps[step] ?? [{ do: 'say', text: 'Done and tested.' }];
}

/** @param tools names that the request offers; with none, there are only words */
export function answerOf(
  steps: readonly Step[],
  tools: readonly string[],
  { cwd }: Pick<Turn, 'cwd'>,
): Answer {
  const text = steps.map((step) => (step.do === 'say' ? step.text : '')).join('');
  const uses = steps.flatMap((step) => useOf(step, tools, cwd) ?? []);
  if (uses.length > 1) throw new Error('a script uses one tool at a time');
  return { text, use: uses[0] ?? null };
}

function useOf(step: Step, tools: readonly string[], cwd: string): ToolUse | null {
  if (step.do === 'say') return null;
  if (tools.includes('exec_command')) {
    return { name: 'exec_command', input: { cmd: shellOf(step) } };
  }
  if (tools.includes('exec')) {
    const command = JSON.stringify(shellOf(step));
    return { name: 'exec', input: `text(await tools.exec_command({ cmd: ${command} }))` };
  }
  if (!tools.includes('bash')) throw new Error(`no known tool among ${tools.join(', ')}`);
  switch (step.do) {
    case 'run':
      return { name: 'bash', input: { command: step.command, description: 'As asked' } };
    case 'read':
      return { name: 'read', input: { filePath: `${cwd}/${step.path}` } };
    case 'write':
      return { name: 'write', input: { filePath: `${cwd}/${step.path}`, content: step.content } };
    case 'edit': {
      if (!tools.includes('edit')) {
        return { name: 'apply_patch', input: { patchText: patchOf(...updateOf(step)) } };
      }
      const { before: oldString, after: newString } = step;
      return { name: 'edit', input: { filePath: `${cwd}/${step.path}`, oldString, newString } };
    }
  }
}

/** The same with a shell alone; Codex takes `apply_patch` out of it and changes the files itself. */
function shellOf(step: Exclude<Step, { do: 'say' }>): string {
  switch (step.do) {
    case 'run':
      return step.command;
    case 'read':
      return `cat ${step.path}`;
    case 'write':
      return shellPatch(`*** Add File: ${step.path}`, marked('+', step.content));
    case 'edit':
      return shellPatch(...updateOf(step));
  }
}

function updateOf({ path, before, after }: Extract<Step, { do: 'edit' }>): string[] {
  return [`*** Update File: ${path}`, '@@', marked('-', before), marked('+', after)];
}

function shellPatch(...lines: readonly string[]): string {
  return `apply_patch <<'EOF'\n${patchOf(...lines)}\nEOF`;
}

function patchOf(...lines: readonly string[]): string {
  return ['*** Begin Patch', ...lines, '*** End Patch'].join('\n');
}

function marked(mark: string, text: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mark + line)
    .join('\n');
}
