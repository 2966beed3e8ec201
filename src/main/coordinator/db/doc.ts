/** Reads the JSON of a row. The database is an edge like any other: what comes from it is validated once. */
import type { z } from 'zod';
import { damaged, StorageError } from './problem.ts';

type Parts = Readonly<Record<string, string | null>>;

/**
 * @param row names the row in the error: `task 12`
 * @param parts fields of the document that are kept elsewhere, as JSON; `null`: not there
 */
export function readDoc<T>(
  schema: z.ZodType<T>,
  text: string,
  file: string,
  row: string,
  parts: Parts = {},
): T {
  let value: unknown;
  try {
    value = withParts(JSON.parse(text), parts);
  } catch {
    throw new StorageError(damaged(file, `${row} is not JSON`));
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new StorageError(
    damaged(
      file,
      `${row} has a wrong ${issue?.path.join('.') ?? 'value'}: ${issue?.message ?? ''}`,
    ),
  );
}

function withParts(value: unknown, parts: Parts): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const read = Object.entries(parts).map(([name, text]): [string, unknown] => [
    name,
    text === null ? undefined : JSON.parse(text),
  ]);
  return { ...value, ...Object.fromEntries(read) };
}
