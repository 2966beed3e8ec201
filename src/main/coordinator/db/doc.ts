/** Reads the JSON of a row. The database is an edge like any other: what comes from it is validated once. */
import type { z } from 'zod';
import { damaged, StorageError } from './problem.ts';

/** @param row names the row in the error: `task 12` */
export function readDoc<T>(schema: z.ZodType<T>, text: string, file: string, row: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
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
