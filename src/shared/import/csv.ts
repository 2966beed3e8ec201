/** Tables: CSV with commas, semicolons or tabs, or cells that were copied from a spreadsheet. The first row names the fields. */
import { FIELD_NAMES, itemOfFields } from './fields.ts';
import { unknown, type Collector } from './item.ts';
import { SLICE, type Sliced } from './slices.ts';

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

export function* addTable(
  text: string,
  delimiter: string,
  file: string | null,
  to: Collector,
): Sliced {
  let names: string[] | null = null;
  for (const row of rowsOf(text, delimiter)) {
    if (!row) {
      yield;
      continue;
    }
    const { cells, line, isClosed } = row;
    if (!names) {
      names = headOf(cells);
      continue;
    }
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
  const foreign = (names ?? []).filter((name) => name !== '' && !COLUMNS.includes(name));
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

/**
 * RFC 4180: cells in quotation marks may hold delimiters, line breaks and doubled quotation marks. One pass, with `null` after
 * each slice.
 */
function* rowsOf(text: string, delimiter: string): Generator<Row | null> {
  const end = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  let cells: string[] = [];
  let [at, line, first, rested] = [0, 1, 1, 0];
  while (at <= text.length) {
    const isQuoted = text.charAt(at) === '"';
    const cell = isQuoted ? yield* quoted(text, at, end) : plain(text, at, end);
    line += cell.breaks;
    cells.push(cell.value);
    at = cell.end;
    if (text.charAt(at) === delimiter && cell.isClosed) {
      at += 1;
      continue;
    }
    if (text.startsWith('\r\n', at)) at += 1;
    yield { cells, line: first, isClosed: cell.isClosed };
    cells = [];
    at += 1;
    line += 1;
    first = line;
    if (at - rested < SLICE) continue;
    rested = at;
    yield null;
  }
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

/** Much more than any field takes: what is beyond it is no part of an item in any case. */
const LONGEST_CELL = 500_000;

function* quoted(text: string, from: number, end: RegExp): Generator<null, Cell> {
  let [close, breaks, rested] = [from + 1, 0, from];
  for (; close < text.length; close += 1) {
    const char = text.charAt(close);
    if (char === '\n') breaks += 1;
    if (char === '"') {
      if (text.charAt(close + 1) !== '"') break;
      close += 1;
    }
    if (close - rested < SLICE) continue;
    rested = close;
    yield null;
  }
  const isClosed = close < text.length;
  const cut = Math.min(close, from + 1 + LONGEST_CELL);
  const inside = text.slice(from + 1, cut).replaceAll('""', '"');
  if (!isClosed) return { value: inside, end: text.length, breaks, isClosed };
  // What stands between the mark and the delimiter belongs to the cell, too.
  const rest = plain(text, close + 1, end);
  return { value: inside + rest.value, end: rest.end, breaks, isClosed };
}
