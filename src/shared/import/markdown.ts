/** Task lists of Markdown: `- [ ] Title`, what is indented below it is the body. Everything around them is only context. */
import { cleanLine, cleanParagraphs } from '../text.ts';
import { item, titleOf, type Collector } from './item.ts';
import { addressesOf, itemOfReference, titleBeside } from './links.ts';
import type { Understood } from './payload.ts';
import { linesOf, type Sliced } from './slices.ts';

const ENTRY = /^([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\](?:[ \t]+(.*))?$/;
const MOST_BODY = 200_000;
/** With the space before its lines; what is beyond it is no part of a body in any case. */
const MOST_READ = 2 * MOST_BODY;

export function* isTaskList(text: string): Sliced<boolean> {
  for (const { lines } of linesOf(text)) {
    if (lines.some((line) => ENTRY.test(line))) return true;
    yield;
  }
  return false;
}

export function* addTaskList(text: string, file: string | null, to: Collector): Sliced {
  let open: Entry | null = null;
  let fence: string | null = null;
  const finish = (): void => {
    if (open && !to.isFull()) to.add(itemOf(open, file));
    else if (open) to.skip();
    open = null;
  };
  const read = (line: string, number: number): void => {
    const [, mark] = /^\s*(```+|~~~+)/.exec(line) ?? [];
    if (mark !== undefined)
      fence = fence === null ? mark.slice(0, 3) : mark.startsWith(fence) ? null : fence;
    const belongs: boolean = open !== null && (line.trim() === '' || widthOf(line) > open.indent);
    if (belongs) {
      if (open && open.length < MOST_READ) open.body.push(line);
      if (open) open.length += line.length + 1;
      return;
    }
    finish();
    const found = fence === null ? ENTRY.exec(line) : null;
    if (!found) return;
    const [, , tick = ' ', title = ''] = found;
    open = {
      ...{ line: number, indent: widthOf(line), isDone: tick !== ' ', title },
      ...{ body: [], length: 0 },
    };
  };
  for (const { before, lines } of linesOf(text)) {
    for (const [index, line] of lines.entries()) read(line, before + index + 1);
    yield;
  }
  finish();
}

interface Entry {
  readonly line: number;
  readonly indent: number;
  readonly isDone: boolean;
  readonly title: string;
  readonly body: string[];
  /** Characters below it so far. */
  length: number;
}

function itemOf(
  { line, isDone, title: given, body: lines }: Entry,
  file: string | null,
): Understood {
  const source = { file, line };
  const below = dedented(lines);
  const found = addressesOf(given).filter(({ reference }) => reference?.origin);
  const [link] = found.length === 1 ? found : [];
  const done = { code: 'done' as const, message: 'it is ticked off in the list' };
  const problem = isDone ? done : null;
  if (link?.reference) {
    const linked = itemOfReference(
      link.reference,
      source,
      titleBeside(given, link.text),
      link.text,
    );
    const body = cleanParagraphs(
      below === '' ? linked.body : `${linked.body}\n${below}`,
      MOST_BODY,
    );
    return { ...linked, body, problem };
  }
  const title = titleOf(plain(given));
  const body = cleanParagraphs(below, MOST_BODY);
  return item('task', source, { title, body, text: cleanLine(given, 300), problem });
}

/** A title is one line without emphasis; links become their text. */
function plain(text: string): string {
  return text
    .slice(0, 600)
    .replaceAll(/\[([^[\]]*)\]\([^()\s]*\)/g, '$1')
    .replaceAll(/(\*\*|__|`)(.+?)\1/g, '$2');
}

function widthOf(line: string): number {
  const [space = ''] = /^[ \t]*/.exec(line) ?? [];
  return space.replaceAll('\t', '    ').length;
}

function dedented(lines: readonly string[]): string {
  const widths = lines.filter((line) => line.trim() !== '').map((line) => widthOf(line));
  const least = widths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (!Number.isFinite(least)) return '';
  const text = lines.map((line) => line.replaceAll('\t', '    ').slice(least)).join('\n');
  return text.replace(/^\n+/, '').trimEnd();
}
