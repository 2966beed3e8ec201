/** What the documentation tells people to type: the `sh` blocks of all Markdown files, and what stands in code spans. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A fenced block for a shell. */
export interface Block {
  /** Relative to the repository, with the line of the first command. */
  readonly at: string;
  /** One entry per command; continued lines are one, comments are gone. */
  readonly commands: readonly string[];
}

/** A command in the middle of a sentence, or a flag alone. */
export interface Span {
  readonly at: string;
  readonly text: string;
}

const IGNORED = new Set(['node_modules', 'dist', 'test-results', 'reports']);

/** Files with their text; generated ones included. */
export function documents(root: string): { readonly file: string; readonly text: string }[] {
  return markdownFiles(root, root).map((file) => ({
    file,
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
}

/** As somebody types it who has it installed. */
export function asInstalled(command: string): string {
  return command.replace(/^npm run koubou --/, 'koubou');
}

export function shellBlocks({ file, text }: { file: string; text: string }): Block[] {
  return fences(text)
    .filter(({ language }) => language === 'sh')
    .map(({ line, lines }) => ({ at: `${file}:${line + 1}`, commands: commandsOf(lines) }));
}

/** Fences without a language in which a command stands: they would not be run. */
export function untaggedCommands({ file, text }: { file: string; text: string }): string[] {
  return fences(text)
    .filter(({ language }) => language === '')
    .flatMap(({ line, lines }) =>
      lines.flatMap((one, i) =>
        /^\s*(\$ )?(npm (run|start|test)|koubou) /.test(one) ? [`${file}:${line + 1 + i}`] : [],
      ),
    );
}

export function spansOf({ file, text }: { file: string; text: string }): Span[] {
  let isFenced = false;
  return text.split('\n').flatMap((line, i) => {
    if (/^\s*```/.test(line)) isFenced = !isFenced;
    if (isFenced) return [];
    return [...line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, span = '']) => ({
      at: `${file}:${i + 1}`,
      text: span.replaceAll(String.raw`\|`, '|'),
    }));
  });
}

function markdownFiles(root: string, dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) {
      return IGNORED.has(entry.name) || entry.name.startsWith('.') ? [] : markdownFiles(root, file);
    }
    return entry.name.endsWith('.md') ? [path.relative(root, file)] : [];
  });
}

interface Fence {
  readonly language: string;
  /** Of the fence itself, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

function fences(text: string): Fence[] {
  const found: { language: string; line: number; lines: string[] }[] = [];
  let open: (typeof found)[number] | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    const [, language] = /^\s*```\s*(\w*)/.exec(line) ?? [];
    if (language === undefined) open?.lines.push(line);
    else if (open) open = undefined;
    else {
      open = { language, line: i + 1, lines: [] };
      found.push(open);
    }
  }
  return found;
}

function commandsOf(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}
