/** Cuts a list of hosts into its fields: lines with `name=…` words, or CSV with a header. No I/O. */
import { fail, ok, type Result } from '../../../shared/result.ts';

/** One host, or one range of them, as it was written. */
export interface HostLine {
  /** Counted from 1. */
  readonly line: number;
  readonly fields: Result<ReadonlyMap<string, string>, string>;
}

export const FIELDS = [
  'host',
  'user',
  'port',
  'name',
  'group',
  'location',
  'clearance',
  'specialties',
  'mac',
  'install',
  'slots',
] as const;
export type Field = (typeof FIELDS)[number];

/** Other words for the same, as people head their columns. */
const SYNONYMS: Readonly<Record<string, Field>> = {
  address: 'host',
  target: 'host',
  hostname: 'host',
  groups: 'group',
  specialty: 'specialties',
  wake: 'mac',
};

export function hostLinesOf(text: string): HostLine[] {
  const lines = text
    .replace(/^\u{feff}/u, '')
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'));
  const [head, ...rows] = lines;
  const header = head && headerOf(head.content);
  if (!header) return lines.flatMap(({ line, content }) => hostsOfLine(line, content));
  return rows.map(({ line, content }) => ({ line, fields: fieldsOfRow(header, content) }));
}

interface Header {
  readonly separator: string;
  readonly columns: readonly (Field | undefined)[];
}

/** The first line heads columns when one of several cells says `host`. */
function headerOf(content: string): Header | undefined {
  for (const separator of [',', ';', '\t']) {
    const cells = cellsOf(content, separator);
    if (!cells.ok || cells.value.length < 2) continue;
    const columns = cells.value.map(fieldOf);
    if (columns.includes('host')) return { separator, columns };
  }
  return undefined;
}

function fieldOf(word: string): Field | undefined {
  const plain = word.trim().toLowerCase();
  return FIELDS.find((field) => field === plain) ?? SYNONYMS[plain];
}

function fieldsOfRow(
  { separator, columns }: Header,
  content: string,
): Result<ReadonlyMap<string, string>, string> {
  const cells = cellsOf(content, separator);
  if (!cells.ok) return cells;
  if (cells.value.length > columns.length)
    return fail(`there are ${cells.value.length} values under ${columns.length} headings`);
  const fields = new Map<string, string>();
  for (const [index, cell] of cells.value.entries()) {
    const column = columns[index];
    if (column !== undefined && cell.trim() !== '') fields.set(column, cell.trim());
  }
  return ok(fields);
}

/** As RFC 4180, but for line breaks inside quotes. */
function cellsOf(content: string, separator: string): Result<string[], string> {
  const cells: string[] = [];
  let rest = content;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*/.exec(rest);
    const end = quoted ? quoted[0].length : rest.indexOf(separator);
    const stop = end === -1 ? rest.length : end;
    cells.push(quoted ? (quoted[1] ?? '').replaceAll('""', '"') : rest.slice(0, stop));
    rest = rest.slice(stop);
    if (rest === '') return ok(cells);
    if (!rest.startsWith(separator))
      return fail('a quotation mark is not closed, or text follows it');
    rest = rest.slice(separator.length);
  }
}

/** `user@host user@host name="Big one"`: what has no `=` is a host, the rest is said of each of them. */
function hostsOfLine(line: number, content: string): HostLine[] {
  const words = wordsOf(content);
  if (!words.ok) return [{ line, fields: words }];
  const hosts: string[] = [];
  const said = new Map<string, string>();
  for (const word of words.value) {
    const [, key, value] = /^([a-z_]+)=(.*)$/is.exec(word) ?? [];
    if (key === undefined || value === undefined) {
      hosts.push(word);
      continue;
    }
    const field = fieldOf(key);
    if (field === undefined || field === 'host')
      return [
        { line, fields: fail(`nothing is called ${key}; there are ${FIELDS.slice(1).join(', ')}`) },
      ];
    said.set(field, value);
  }
  if (hosts.length === 0) return [{ line, fields: fail('there is no host on this line') }];
  return hosts.map((host) => ({ line, fields: ok(new Map([...said, ['host', host]])) }));
}

/** Words between spaces and commas; quotation marks keep them together, and a comma in `group=a,b` belongs to it. */
function wordsOf(content: string): Result<string[], string> {
  const words: string[] = [];
  const pattern =
    /[a-z_]+=(?:[^\s"]|"[^"]*")*|(?:[^\s,"[\]{}]|"[^"]*"|\[[^\s[\]]*\]|\{[^\s{}]*\})+|[\s,]+|(.)/gisu;
  for (const [found, stray] of content.matchAll(pattern)) {
    if (stray !== undefined) return fail(`the ${stray} has no partner`);
    if (!/^[\s,]/.test(found)) words.push(found.replaceAll('"', '').replace(/,$/, ''));
  }
  return ok(words);
}
