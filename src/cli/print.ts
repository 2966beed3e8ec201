/** Tables, colours and times for people. */
import { styleText } from 'node:util';
import type { TaskState } from '../shared/domain/task.ts';
import type { CliIo } from './io.ts';
import { safeLine } from './safe-text.ts';

export type Style = Parameters<typeof styleText>[0];

/** Colours a text where colours are shown. */
export function paint(io: Pick<CliIo, 'colours'>, style: Style, text: string): string {
  return io.colours ? styleText(style, text, { validateStream: false }) : text;
}

const STATE_STYLES: Readonly<Record<TaskState, Style>> = {
  scheduled: 'gray',
  blocked: 'gray',
  pending: 'gray',
  analyzing: 'gray',
  queued: 'yellow',
  assigned: 'cyan',
  in_progress: 'cyan',
  testing: 'blue',
  review: 'magenta',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
};

export function paintState(
  io: Pick<CliIo, 'colours'>,
  state: TaskState,
  text: string = state,
): string {
  return paint(io, STATE_STYLES[state], text);
}

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  readonly style?: (row: T, text: string) => string;
}

/** An aligned table; the last column is cut at the width of the terminal. */
export function table<T>(
  io: Pick<CliIo, 'colours' | 'columns'>,
  columns: readonly Column<T>[],
  rows: readonly T[],
): string {
  const cells = rows.map((row) => columns.map(({ value }) => safeLine(value(row))));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((line) => line[i]?.length ?? 0)),
  );
  const head = paint(
    io,
    'bold',
    layOut(
      columns.map(({ title }) => title),
      widths,
      io.columns,
    ),
  );
  const lines = rows.map((row, r) => {
    const texts = columns.map((_, i) => cells[r]?.[i] ?? '');
    return layOut(texts, widths, io.columns, (text, i) => columns[i]?.style?.(row, text) ?? text);
  });
  return [head, ...lines].join('\n');
}

function layOut(
  texts: readonly string[],
  widths: readonly number[],
  columns: number | undefined,
  style: (text: string, column: number) => string = (text) => text,
): string {
  let used = 0;
  const parts = texts.map((text, i) => {
    const isLast = i === texts.length - 1;
    const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(columns - used, 8);
    const cut = isLast && text.length > room ? `${text.slice(0, room - 1)}…` : text;
    used += (widths[i] ?? 0) + 2;
    // Padding goes outside the colour, so that it is counted in characters that show.
    return style(cut, i) + (isLast ? '' : ' '.repeat(Math.max((widths[i] ?? 0) - cut.length, 0)));
  });
  return parts.join('  ').trimEnd();
}

/** `14:03:59` in local time. */
export function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration in its largest unit: `3h`. */
export function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, length]) => Math.abs(ms) >= length) ?? ['s', 1_000];
  return `${Math.round(ms / size)}${unit}`;
}

/** How long a step took: `0.3s`, `42s`, `3m`. */
export function stepTime(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)}s` : duration(ms);
}

/** `1 file`, `2 files`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `1.5 GB`. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}
