/** The file tools: list, search, read and edit, inside the work tree only. */
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { insideTree } from './confine.ts';
import { askGit, type GitAsk } from './git-lists.ts';
import { defineTool, ToolRefusal, type Tool } from './tool.ts';

const MOST_NAMES = 500;
const MOST_LINES = 2_000;
const MOST_CHARACTERS = 60_000;
const LARGEST_FILE = 8 * 1024 * 1024;

export function fileTools(ask: GitAsk): Tool[] {
  return [listTool(ask), searchTool(ask), readTool(ask.root), editTool(ask.root)];
}

function listTool(ask: GitAsk): Tool {
  return defineTool({
    name: 'list',
    description:
      'Lists files. With path: what is in that folder (folders end with /). With glob, like "src/**/*.ts": the files of the repository that match.',
    input: z.object({ path: z.string().optional(), glob: z.string().optional() }),
    async run({ path: given = '.', glob }) {
      const folder = await insideTree(ask.root, given, 'read');
      const names = glob === undefined ? await namesIn(folder) : await matching(ask, folder, glob);
      if (names.length === 0) return 'nothing';
      const shown = names.slice(0, MOST_NAMES);
      const left = names.length - shown.length;
      return [...shown, ...(left > 0 ? [`[${left} more; ask for less at once]`] : [])].join('\n');
    },
  });
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter(({ name }) => name !== '.git')
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .toSorted();
}

async function matching(ask: GitAsk, folder: string, glob: string): Promise<string[]> {
  const options = ['--cached', '--others', '--exclude-standard', '--deduplicate', '-z'];
  const out = await askGit(ask, folder, ['ls-files', ...options, '--', `:(glob)${glob}`]);
  return out.split('\0').filter((name) => name !== '');
}

function searchTool(ask: GitAsk): Tool {
  return defineTool({
    name: 'search',
    description:
      'Searches the text of the repository’s files with an extended regular expression. Answers FILE:LINE:TEXT.',
    input: z.object({
      pattern: z.string().min(1),
      path: z.string().optional().describe('a folder or a file; the whole repository without it'),
      ignore_case: z.boolean().optional(),
    }),
    async run({ pattern, path: given = '.', ignore_case: ignoreCase = false }) {
      const place = await insideTree(ask.root, given, 'read');
      const options = ['-n', '-I', '-E', '--no-color', '--untracked', '-m', '200'];
      if (ignoreCase) options.push('-i');
      const out = await askGit(ask, ask.root, ['grep', ...options, '-e', pattern, '--', place]);
      return out === '' ? 'nothing found' : bounded(out.trimEnd());
    },
  });
}

function readTool(root: string): Tool {
  return defineTool({
    name: 'read',
    description: 'Reads a text file. Each line comes with its number and a tab in front.',
    input: z.object({
      file_path: z.string(),
      from_line: z.int().min(1).optional().describe('1 without it'),
      lines: z.int().min(1).max(MOST_LINES).optional(),
    }),
    async run({ file_path: given, from_line: from = 1, lines: count = MOST_LINES }) {
      const lines = linesOf(await textOf(root, given));
      const last = Math.min(lines.length, from - 1 + count);
      if (from > lines.length) return `[the file has ${lines.length} lines]`;
      const shown = lines.slice(from - 1, last).map((line, index) => `${from + index}\t${line}`);
      const more = last < lines.length ? [`[the file goes on to line ${lines.length}]`] : [];
      return bounded([...shown, ...more].join('\n'));
    },
  });
}

function editTool(root: string): Tool {
  return defineTool({
    name: 'edit',
    description:
      'Changes a text file. With old_string and new_string: replaces that exact text, which has to be there just once (or give replace_all). With content: writes the whole file anew; folders are made as needed.',
    input: z.object({
      file_path: z.string(),
      old_string: z.string().min(1).optional(),
      new_string: z.string().optional(),
      replace_all: z.boolean().optional(),
      content: z.string().optional(),
    }),
    async run({ file_path: given, content, ...replace }) {
      const file = await insideTree(root, given, 'write');
      const { old_string: old, new_string: fresh } = replace;
      if (content !== undefined && old === undefined) {
        await mkdir(path.dirname(file), { recursive: true });
        await write(file, content);
        return `${given} is written`;
      }
      if (content !== undefined || old === undefined || fresh === undefined)
        throw new ToolRefusal('give either content, or both old_string and new_string');
      const before = await textOf(root, given);
      const places = before.split(old).length - 1;
      if (places === 0)
        throw new ToolRefusal(`old_string is not in ${given}; read the file and copy it exactly`);
      if (places > 1 && replace.replace_all !== true)
        throw new ToolRefusal(
          `old_string is in ${given} ${places} times; take more of the lines around it, or replace_all`,
        );
      await write(
        file,
        before.replaceAll(old, () => fresh),
      );
      return `${given} is changed${places > 1 ? ` in ${places} places` : ''}`;
    },
  });
}

async function textOf(root: string, given: string): Promise<string> {
  const file = await insideTree(root, given, 'read');
  const facts = await stat(file);
  if (facts.isDirectory()) throw new ToolRefusal(`${given} is a folder`);
  if (!facts.isFile()) throw new ToolRefusal(`${given} is no file`);
  if (facts.size > LARGEST_FILE)
    throw new ToolRefusal(`${given} has ${facts.size} bytes; look at parts of it with run`);
  const bytes = await readFile(file);
  const text = bytes.toString('utf8');
  // What is not text would come back damaged.
  if (!Buffer.from(text).equals(bytes) || text.includes('\0'))
    throw new ToolRefusal(`${given} is no text in UTF-8`);
  return text;
}

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

async function write(file: string, text: string): Promise<void> {
  // Its links were followed already: one that is there now was put there meanwhile.
  const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o666);
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function bounded(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}\n[cut here: ask for less at once]`;
}
