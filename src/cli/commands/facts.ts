/** What the analysis found of a task, each fact with where it came from, as a table. */
import type { Fact, TaskAnalysis } from '../../shared/domain/analysis.ts';
import type { CliIo } from '../io.ts';
import { stepTime, table } from '../print.ts';

interface Row {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** What nobody knows is left out. */
export function factTable(io: CliIo, analysis: TaskAnalysis): string {
  const { specialty, needs, size, durationMs, costUsd, security, location } = analysis;
  const rows = [
    rowOf('specialty', specialty, specialty.value),
    ...needs.map((need) => rowOf('needs', need, need.value)),
    rowOf('size', size, size.value),
    ...(durationMs.value === null ? [] : [rowOf('takes', durationMs, stepTime(durationMs.value))]),
    ...(costUsd.value === null ? [] : [rowOf('costs', costUsd, `$${costUsd.value.toFixed(2)}`)]),
    rowOf('security', security, security.value),
    ...(location.value === null ? [] : [rowOf('location', location, location.value)]),
  ];
  const columns = [
    { title: 'FACT', value: (row: Row) => row.name },
    { title: 'VALUE', value: (row: Row) => row.value },
    { title: 'FROM', value: (row: Row) => row.from },
  ];
  return table(io, columns, rows);
}

function rowOf(name: string, { from, why }: Fact<unknown>, value: string): Row {
  return { name, value, from: why === undefined ? from : `${from}: ${why}` };
}
