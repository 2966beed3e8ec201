/** What a chart of values over time shows, for those who do not see it: a sentence per line, and a few values of each. */
import { VisuallyHidden } from '@mantine/core';
import { useText } from '../../context.ts';
import { summaryOf, thinned, type Series } from './series.ts';
import { useTimeWords } from './use-time-words.ts';

const ROWS = 12;

export interface ChartTableProps {
  readonly label: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
}

export function ChartTable({ label, series, format }: ChartTableProps) {
  const { charts } = useText();
  const rows = series.map(({ points }) => thinned(points, ROWS));
  const times = rows[0] ?? [];
  const words = useTimeWords((times.at(-1)?.at ?? 0) - (times[0]?.at ?? 0));
  return (
    <VisuallyHidden>
      <table>
        <caption>
          {series
            .map(({ name, points }) => {
              const title = series.length > 1 ? `${label}, ${name}` : label;
              const found = summaryOf(points);
              if (!found) return charts.nothing(title);
              const { latest, lowest, highest } = found;
              return charts.summary(title, format(latest), format(lowest), format(highest));
            })
            .join(' ')}
        </caption>
        <thead>
          <tr>
            <th scope="col">{charts.time}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map(({ at }, index) => (
            <tr key={at}>
              <th scope="row">{words.exact(at)}</th>
              {rows.map((points, column) => {
                const value = points[index]?.value ?? null;
                return (
                  <td key={series[column]?.name}>
                    {value === null ? charts.unknown : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
