/** The groups with all their amounts, and the sum of them. */
import type { OutputOf } from '../../shared/contract.ts';
import type { UsageGroup } from '../../shared/contract-usage.ts';
import { tokensOf, type Usage } from '../../shared/usage.ts';
import { useLanguage, useText } from '../context.ts';
import { dollars } from '../format/number.ts';
import { whole } from '../format/size.ts';
import { duration } from '../format/time.ts';
import type { Language } from '../i18n/languages.ts';
import { amountOf, type Measure } from './address.ts';

export interface UsageTableProps {
  /** `null` until the answer is there. */
  readonly usage: OutputOf<'usage.get'> | null;
  readonly group: UsageGroup;
  /** Which amount decides the order. */
  readonly measure: Measure;
  readonly nameOf: (name: string | null) => string;
}

const COLUMNS = [
  'tokens',
  'cached',
  'cost',
  'attempts',
  'merged',
  'failed',
  'wait',
  'time',
  'lines',
] as const;
type Column = (typeof COLUMNS)[number];
/** Accounts answer requests, and know of no attempts. */
const OF_ACCOUNTS: readonly Column[] = ['tokens', 'cached', 'cost'];

export function UsageTable({ usage, group, measure, nameOf }: UsageTableProps) {
  const { usage: words } = useText();
  const language = useLanguage();
  const columns = group === 'account' ? OF_ACCOUNTS : COLUMNS;
  const rows = (usage?.groups ?? []).toSorted(
    (a, b) => amountOf(b.total, measure) - amountOf(a.total, measure),
  );
  return (
    <div className="usage-table panel" tabIndex={0} role="region" aria-label={words.total}>
      <table data-testid="usage-table">
        <thead>
          <tr>
            <th scope="col">{words.groups[group]}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {words.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, total }) => (
            <tr key={name ?? '\n'} data-testid="usage-row">
              <th scope="row" title={name ?? undefined}>
                {nameOf(name)}
              </th>
              <Cells usage={total} columns={columns} language={language} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr data-testid="usage-total">
            <th scope="row">{words.total}</th>
            {usage ? (
              <Cells usage={usage.total} columns={columns} language={language} />
            ) : (
              columns.map((column) => <td key={column}>–</td>)
            )}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

interface CellsProps {
  readonly usage: Usage;
  readonly columns: readonly Column[];
  readonly language: Language;
}

function Cells({ usage, columns, language }: CellsProps) {
  return columns.map((column) => (
    <td key={column} className="num">
      {TOLD[column](usage, language)}
    </td>
  ));
}

const TOLD: Readonly<Record<Column, (usage: Usage, language: Language) => string>> = {
  tokens: (usage, language) => whole(tokensOf(usage), language),
  cached: ({ cachedInputTokens }, language) => whole(cachedInputTokens, language),
  cost: ({ costUsd }, language) => dollars(costUsd, language),
  attempts: ({ attempts }, language) => whole(attempts, language),
  merged: ({ completed }, language) => whole(completed, language),
  failed: ({ failed }, language) => whole(failed, language),
  wait: ({ meanWaitMs }) => (meanWaitMs === null ? '–' : duration(meanWaitMs)),
  time: ({ busyMs }) => duration(busyMs),
  lines: ({ changedLines }, language) => whole(changedLines, language),
};
