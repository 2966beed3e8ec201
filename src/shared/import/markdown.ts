/** Task lists of Markdown: `- [ ] Title`, what is indented below it is the body. Everything around them is only context. */
import { cleanLine, cleanParagraphs } from '../text.ts';
import { item, titleOf, type Collector } from './item.ts';
import { addressesOf, itemOfReference, titleBeside } from './links.ts';
import type { Understood } from './payload.ts';

const ENTRY = /^([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\](?:[ \t]+(.*))?$/;
const MOST_BODY = 200_000;

export function isTaskList(lines: readonly string[]): boolean {
  return lines.some((line) => ENTRY.test(line));
}

export function addTaskList(lines: readonly string[], file: string | null, to: Collector): void {
  let open: Entry | null = null;
  let fence: string | null = null;
  const finish = (): void => {
    if (open && !to.isFull()) to.add(itemOf(open, file));
    else if (open) to.skip();
    open = null;
  };
  for (const [index, line] of lines.entries()) {
    const [, mark] = /^\s*(```+|~~~+)/.exec(line) ?? [];
    if (mark !== undefined)
      fence = fence === null ? mark.slice(0, 3) : mark.startsWith(fence) ? null : fence;
    const belongs: boolean = open !== null && (line.trim() === '' || widthOf(line) > open.indent);
    if (belongs) {
      open?.body.push(line);
      continue;
    }
    finish();
    const found = fence === null ? ENTRY.exec(line) : null;
    if (!found) continue;
    const [, , tick = ' ', title = ''] = found;
    open = { line: index + 1, indent: widthOf(line), isDone: tick !== ' ', title, body: [] };
  }
  finish();
}

interface Entry {
  readonly line: number;
  readonly indent: number;
  readonly isDone: boolean;
  readonly title: string;
  readonly body: string[];
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
