/** JSON: an array of tasks, one task, `{"tasks": […]}`, or one task a line (NDJSON). Every item knows its line. */
import { itemOfFields } from './fields.ts';
import { unknown, type Collector, type Source } from './item.ts';
import { linesOf, SLICE, type Sliced } from './slices.ts';

/** Objects made in one go. A broken one costs as much as the whole text that it is cut from, which the engine looks through for its message. */
const ELEMENTS = 10;
/** So many tell what the others are. */
const ENOUGH_LINES = 200;
const HOW = 'give an array of objects, or one object a line, each with at least a title';

export function looksLikeJson(text: string): boolean {
  return /^\s*(?:\{|\[\s*(?:\{|\]))/.test(text);
}

/** @returns false when it is no JSON at all; nothing was added then */
export function* addJson(text: string, file: string | null, to: Collector): Sliced<boolean> {
  // One that was cut off is not tried: to find where it breaks costs most.
  const value = wasCutOff(text) ? undefined : parse(text);
  yield;
  if (value === undefined) return yield* addLines(text, file, to);
  const list = listOf(value);
  if (!list) {
    to.add(itemOfFields(value, { file, line: 1 }));
    return true;
  }
  const lines = Array.isArray(value) ? yield* elementLines(text) : [];
  for (const [index, element] of list.entries()) {
    if (to.isFull()) to.skip();
    else to.add(itemOfFields(element, { file, line: lines[index] ?? null }));
    if (!to.isFull() && index % ELEMENTS === 0) yield;
  }
  if (list.length === 0)
    to.add(unknown({ file, line: null }, '[]', 'nothing', `the list is empty: ${HOW}`));
  return true;
}

/** Why a text that should be JSON is none. */
export function brokenJson(text: string): string {
  if (wasCutOff(text)) return `this is not JSON (it ends in the middle): ${HOW}`;
  try {
    JSON.parse(text);
  } catch (error) {
    return `this is not JSON (${error instanceof Error ? error.message.slice(0, 200) : 'broken'}): ${HOW}`;
  }
  return HOW;
}

function* addLines(text: string, file: string | null, to: Collector): Sliced<boolean> {
  if (!(yield* isMadeOfObjects(text))) return false;
  for (const { before, lines } of linesOf(text)) {
    for (const [index, line] of lines.entries()) {
      addLine(line, { file, line: before + index + 1 }, to);
      // What is broken costs most.
      if (!to.isFull() && index % ELEMENTS === 0) yield;
    }
    yield;
  }
  return true;
}

/** One broken line among good ones is told of as such; a text that merely begins like JSON is something else. */
function* isMadeOfObjects(text: string): Sliced<boolean> {
  let [good, filled] = [0, 0];
  for (const { lines } of linesOf(text)) {
    for (const line of lines) {
      if (line.trim() === '') continue;
      filled += 1;
      if (/^\s*\{/.test(line) && parse(line) !== undefined) good += 1;
      if (filled === ENOUGH_LINES) return good * 2 >= filled;
      if (filled % ELEMENTS === 0) yield;
    }
    yield;
  }
  return good > 0 && good * 2 >= filled;
}

function addLine(line: string, source: Source, to: Collector): void {
  if (line.trim() === '') return undefined;
  if (to.isFull()) return to.skip();
  const value = parse(line);
  to.add(
    value === undefined
      ? unknown(source, line, 'unreadable', brokenJson(line))
      : itemOfFields(value, source),
  );
}

function wasCutOff(text: string): boolean {
  const whole = text.trim();
  return whole.startsWith('[') && !whole.endsWith(']');
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
function* elementLines(text: string): Sliced<number[]> {
  const lines: number[] = [];
  let [line, depth, isNew, rested] = [1, 0, false, 0];
  for (let i = 0; i < text.length; i++) {
    if (i - rested > SLICE) {
      rested = i;
      yield;
    }
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
