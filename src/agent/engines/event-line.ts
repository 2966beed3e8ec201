/** One line of a command line's stream of events. Pure. */
import type { z } from 'zod';

/** What a program prints among its events is told to people, up to so many characters. */
const LONGEST = 2_000;

/** The event; a line that is no JSON as text; `null` for what we do not know. */
export function eventIn<T>(line: string, schema: z.ZodType<T>): T | string | null {
  if (line.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return line.slice(0, LONGEST);
  }
  return schema.safeParse(value).data ?? null;
}
