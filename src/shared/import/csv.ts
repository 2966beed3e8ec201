/** Tables: CSV with commas, semicolons or tabs, or cells that were copied from a spreadsheet. The first row names the fields. */
import { FIELD_NAMES, itemOfFields } from './fields.ts';
import { unknown, type Collector } from './item.ts';

/** What a cell can hold; lists stand in one cell, separated by commas, semicolons or spaces. */
const COLUMNS = FIELD_NAMES.filter((name) => name !== 'after' && name !== 'at');
const LISTS = new Set(['needs', 'labels']);
const DELIMITERS = [',', ';', '\t'] as const;

/** The delimiter of a text whose first row names a title or an address, else `null`. */
export function delimiterOf(text: string): string | null {
  const [head = ''] = /^[^\r\n]{0,4000}/.exec(text) ?? [];
  const counts = DELIMITERS.map((delimiter) => {
    const names = headOf(head.split(delimiter));
    const known = names.filter((name) => COLUMNS.includes(name));
    return {
      delimiter,
      known,
      isTable: names.length > 1 && known.some((name) => name === 'title' || name === 'url'),
    };
  });
  const [best] = counts
    .filter(({ isTable }) => isTable)
    .toSorted((a, b) => b.known.length - a.known.length);
  return best?.delimiter ?? null;
}

export function addTable(
  text: string,
  delimiter: string,
  file: string | null,
  to: Collector,
): void {
  const [head, ...rows] = rowsOf(text, delimiter);
  const names = headOf(head?.cells ?? []);
  const foreign = names.filter((name) => name !== '' && !COLUMNS.includes(name));
  for (const { cells, line, isClosed } of rows) {
    const source = { file, line };
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (to.isFull()) {
      to.skip();
      continue;
    }
    if (!isClosed) {
      const message = 'a quotation mark that opens a cell here is never closed: close it';
      to.add(unknown(source, cells.join(' '), 'unreadable', message));
      continue;
    }
    to.add(itemOfFields(fieldsOf(names, cells), source));
  }
  if (foreign.length > 0) {
    const message = `columns that are left out: ${foreign.slice(0, 20).join(', ')}. Known are ${COLUMNS.join(', ')}`;
    to.add(unknown({ file, line: 1 }, foreign.join(', '), 'unknown_columns', message));
  }
}

/** How a file that is no table has to be. */
export const HOW_TABLES = `the first row must name the columns, with at least title; known are ${COLUMNS.join(', ')}`;

function headOf(cells: readonly string[]): string[] {
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .toLowerCase(),
  );
}

function fieldsOf(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const pairs = names.flatMap((name, i): [string, unknown][] => {
    const cell = (cells[i] ?? '').trim();
    if (cell === '' || !COLUMNS.includes(name)) return [];
    if (name === 'priority') return [[name, cell.toLowerCase()]];
    return [[name, LISTS.has(name) ? listOf(cell, name) : cell]];
  });
  return Object.fromEntries(pairs);
}

function listOf(cell: string, name: string): string[] {
  // A label may have spaces in it, a need has none.
  return cell
    .split(name === 'needs' ? /[\s,;|]+/ : /[,;|]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

interface Row {
  readonly cells: string[];
  /** Where it begins, from 1. */
  readonly line: number;
  /** False when a quotation mark was left open. */
  readonly isClosed: boolean;
}

/** RFC 4180: cells in quotation marks may hold delimiters, line breaks and doubled quotation marks. One pass. */
function rowsOf(text: string, delimiter: string): Row[] {
  const rows: Row[] = [];
  const end = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  let cells: string[] = [];
  let [at, line, first] = [0, 1, 1];
  while (at <= text.length) {
    const cell = text.charAt(at) === '"' ? quoted(text, at, end) : plain(text, at, end);
    line += cell.breaks;
    cells.push(cell.value);
    at = cell.end;
    if (text.charAt(at) === delimiter && cell.isClosed) {
      at += 1;
      continue;
    }
    if (text.startsWith('\r\n', at)) at += 1;
    rows.push({ cells, line: first, isClosed: cell.isClosed });
    cells = [];
    at += 1;
    line += 1;
    first = line;
  }
  return rows;
}

interface Cell {
  readonly value: string;
  readonly end: number;
  readonly breaks: number;
  readonly isClosed: boolean;
}

function plain(text: string, from: number, end: RegExp): Cell {
  end.lastIndex = from;
  const at = end.exec(text)?.index ?? text.length;
  return { value: text.slice(from, at), end: at, breaks: 0, isClosed: true };
}

function quoted(text: string, from: number, end: RegExp): Cell {
  let close = text.indexOf('"', from + 1);
  while (close >= 0 && text.charAt(close + 1) === '"') close = text.indexOf('"', close + 2);
  const isClosed = close >= 0;
  const inside = text.slice(from + 1, isClosed ? close : text.length).replaceAll('""', '"');
  const breaks = inside.split('\n').length - 1;
  if (!isClosed) return { value: inside, end: text.length, breaks, isClosed };
  // What stands between the mark and the delimiter belongs to the cell, too.
  const rest = plain(text, close + 1, end);
  return { value: inside + rest.value, end: rest.end, breaks, isClosed };
}
