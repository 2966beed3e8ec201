/** Writes many rows with few statements: sixteen at once cost a third less than one by one, and more gain nothing. One task alone makes some four. */
import type { Database as Db } from 'better-sqlite3';

const AT_ONCE = [16, 4, 1] as const;

type Value = string | number | null;

/**
 * @param before `INSERT INTO table (column, …) VALUES`
 * @param row one row's placeholders: `(?, ?, unhex(?))`
 * @param after what follows the rows, such as `ON CONFLICT …`
 * @param bind appends the values of one item
 * @returns writes the items in the order given
 */
export function rowWriter<T>(
  db: Db,
  { before, row, after = '' }: { before: string; row: string; after?: string },
  bind: (values: Value[], item: T) => void,
): (items: Iterable<T>) => void {
  const statements = AT_ONCE.map((rows) => ({
    rows,
    statement: db.prepare<Value[]>(
      `${before} ${Array<string>(rows).fill(row).join(', ')} ${after}`,
    ),
  }));
  return (items) => {
    const values: Value[] = [];
    let left = 0;
    for (const item of items) {
      bind(values, item);
      left += 1;
    }
    const width = values.length / left;
    let next = 0;
    for (const { rows, statement } of statements) {
      for (; left >= rows; left -= rows) {
        const end = next + rows * width;
        statement.run(...values.slice(next, end));
        next = end;
      }
    }
  };
}
