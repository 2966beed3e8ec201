/** Usage as a table for a spreadsheet: one row for each piece of time and group, as it is and not rounded. Pure. */
import type { OutputOf } from '../../shared/contract.ts';
import type { UsageGroup } from '../../shared/contract-usage.ts';

const COLUMNS = [
  'created',
  'attempts',
  'completed',
  'failed',
  'cancelled',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'costUsd',
  'busyMs',
  'meanWaitMs',
  'changedLines',
] as const;

/** @param nameOf what a group is called */
export function csvOf(
  { pieces, groups }: OutputOf<'usage.get'>,
  group: UsageGroup,
  nameOf: (name: string | null) => string,
): string {
  const rows = pieces.flatMap((at, index) =>
    groups.flatMap(({ name, pieces: amounts }) => {
      const usage = amounts[index];
      if (!usage || COLUMNS.every((column) => (usage[column] ?? 0) === 0)) return [];
      const values = COLUMNS.map((column) => String(usage[column] ?? ''));
      return [[new Date(at).toISOString(), quoted(nameOf(name)), ...values].join(',')];
    }),
  );
  return `${[['from', group, ...COLUMNS].join(','), ...rows].join('\r\n')}\r\n`;
}

/** A name that begins like a formula is taken for one by spreadsheets. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
