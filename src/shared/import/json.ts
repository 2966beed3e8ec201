/** JSON: an array of tasks, one task, `{"tasks": […]}`, or one task a line (NDJSON). Every item knows its line. */
import { itemOfFields } from './fields.ts';
import { unknown, type Collector } from './item.ts';

const HOW = 'give an array of objects, or one object a line, each with at least a title';

export function looksLikeJson(text: string): boolean {
  return /^\s*(?:\{|\[\s*(?:\{|\]))/.test(text);
}

/** @returns false when it is no JSON at all; nothing was added then */
export function addJson(text: string, file: string | null, to: Collector): boolean {
  const value = parse(text);
  if (value === undefined) return addLines(text, file, to);
  const list = listOf(value);
  if (!list) {
    to.add(itemOfFields(value, { file, line: 1 }));
    return true;
  }
  const lines = Array.isArray(value) ? elementLines(text) : [];
  for (const [index, element] of list.entries()) {
    if (to.isFull()) to.skip();
    else to.add(itemOfFields(element, { file, line: lines[index] ?? null }));
  }
  if (list.length === 0)
    to.add(unknown({ file, line: null }, '[]', 'nothing', `the list is empty: ${HOW}`));
  return true;
}

/** Why a text that should be JSON is none. */
export function brokenJson(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return `this is not JSON (${error instanceof Error ? error.message.slice(0, 200) : 'broken'}): ${HOW}`;
  }
  return HOW;
}

function addLines(text: string, file: string | null, to: Collector): boolean {
  const lines = text.split(/\r?\n/);
  const filled = lines.filter((line) => line.trim() !== '');
  const good = filled.filter((line) => /^\s*\{/.test(line) && parse(line) !== undefined).length;
  // One broken line among good ones is told of as such; a text that merely begins like JSON is something else.
  if (good === 0 || good * 2 < filled.length) return false;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    if (to.isFull()) {
      to.skip();
      continue;
    }
    const value = parse(line);
    const source = { file, line: index + 1 };
    to.add(
      value === undefined
        ? unknown(source, line, 'unreadable', brokenJson(line))
        : itemOfFields(value, source),
    );
  }
  return true;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the caller, who knows what else it may be.
    return undefined;
  }
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return Array.from<unknown>(value);
  if (typeof value !== 'object' || value === null) return [value];
  return 'tasks' in value && Array.isArray(value.tasks) ? Array.from<unknown>(value.tasks) : null;
}

/** The line at which each element of the outermost array begins. The text is sound JSON. */
function elementLines(text: string): number[] {
  const lines: number[] = [];
  let [line, depth, isNew] = [1, 0, false];
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '\n') line += 1;
    else if (isNew && !/[\s\]]/.test(char)) {
      lines.push(line);
      isNew = false;
    }
    if (char === '"') i = endOfString(text, i);
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth === 1 && (char === ',' || (char === '[' && lines.length === 0))) isNew = true;
  }
  return lines;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}
