/**
 * The part of Markdown that issues are written in, as a tree to draw. Pure and linear in its input; it makes no HTML, so what
 * a stranger wrote stays text. What it does not know stands there as it was typed.
 */

export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'strong'; readonly text: string }
  | { readonly type: 'emphasis'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly url: string };

export type Block =
  | { readonly type: 'heading'; readonly inlines: Inline[] }
  | { readonly type: 'paragraph'; readonly lines: Inline[][] }
  | { readonly type: 'quote'; readonly lines: Inline[][] }
  | { readonly type: 'list'; readonly isOrdered: boolean; readonly items: Inline[][] }
  | { readonly type: 'table'; readonly head: Inline[][]; readonly rows: Inline[][][] }
  | { readonly type: 'code'; readonly text: string };

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^#{1,6}\s+(.*)$/;
const ITEM = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const QUOTE = /^>\s?(.*)$/;
const ROW = /^\s*\|(.*)\|\s*$/;
const RULE = /^[\s|:-]+$/;

export function parseMarkdown(source: string): Block[] {
  const lines = source.split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines: readonly string[], at: number): [Block | null, number] {
  const line = lines[at] ?? '';
  if (line.trim() === '') return [null, at + 1];
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return readFence(lines, at + 1, fence);
  const heading = HEADING.exec(line)?.[1];
  if (heading !== undefined) return [{ type: 'heading', inlines: parseInline(heading) }, at + 1];
  if (ROW.test(line) && RULE.test(lines[at + 1] ?? '')) return readTable(lines, at);
  if (ITEM.test(line)) return readList(lines, at);
  if (QUOTE.test(line)) {
    const end = endOf(lines, at, (candidate) => QUOTE.test(candidate));
    const quoted = lines.slice(at, end).map((each) => parseInline(QUOTE.exec(each)?.[1] ?? ''));
    return [{ type: 'quote', lines: quoted }, end];
  }
  const end = endOf(lines, at + 1, isPlain);
  return [{ type: 'paragraph', lines: lines.slice(at, end).map(parseInline) }, end];
}

function readFence(lines: readonly string[], at: number, fence: string): [Block, number] {
  const end = endOf(lines, at, (line) => !line.trimStart().startsWith(fence));
  return [{ type: 'code', text: lines.slice(at, end).join('\n') }, end + 1];
}

function readTable(lines: readonly string[], at: number): [Block, number] {
  const end = endOf(lines, at + 2, (line) => ROW.test(line));
  const [head = [], ...rows] = [lines[at] ?? '', ...lines.slice(at + 2, end)].map(cellsOf);
  return [{ type: 'table', head, rows }, end];
}

function cellsOf(line: string): Inline[][] {
  return (ROW.exec(line)?.[1] ?? '').split('|').map((cell) => parseInline(cell.trim()));
}

function readList(lines: readonly string[], at: number): [Block, number] {
  const items: string[] = [];
  const end = endOf(lines, at, (line) => {
    const item = ITEM.exec(line);
    if (item) items.push(`${boxOf(item[2])}${item[3] ?? ''}`);
    // A line that is moved in goes on with the item before it.
    else if (/^\s+\S/.test(line)) items.push(`${items.pop() ?? ''} ${line.trim()}`);
    else return false;
    return true;
  });
  const isOrdered = ITEM.exec(lines[at] ?? '')?.[1] !== undefined;
  return [{ type: 'list', isOrdered, items: items.map(parseInline) }, end];
}

function boxOf(mark: string | undefined): string {
  if (mark === undefined) return '';
  return mark === ' ' ? '☐ ' : '☑ ';
}

function isPlain(line: string): boolean {
  return (
    line.trim() !== '' &&
    !FENCE.test(line) &&
    !HEADING.test(line) &&
    !ITEM.test(line) &&
    !QUOTE.test(line) &&
    !ROW.test(line)
  );
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && belongs(lines[at] ?? '')) at += 1;
  return at;
}

// One alternative per kind; each part is bounded, so that no text makes it search for long.
const INLINE =
  /`([^`]{1,500})`|\*\*([^*]{1,500})\*\*|(?<![\w*])[*_]([^*_\s][^*_]{0,500})[*_](?!\w)|\[([^\]]{1,300})\]\((https?:[^)\s]{1,1000})\)/g;

export function parseInline(text: string): Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) inlines.push({ type: 'text', text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const [, code, strong, emphasis, label, url] = match;
    if (code !== undefined) inlines.push({ type: 'code', text: code });
    else if (strong !== undefined) inlines.push({ type: 'strong', text: strong });
    else if (emphasis !== undefined) inlines.push({ type: 'emphasis', text: emphasis });
    else if (label !== undefined && url !== undefined) {
      inlines.push({ type: 'link', text: label, url });
    }
  }
  if (end < text.length) inlines.push({ type: 'text', text: text.slice(end) });
  return inlines;
}
