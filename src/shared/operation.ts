/** What an operation of the API is made of. */
import type { z } from 'zod';

/** Who may: `read` looks, `operate` changes tasks, `admin` changes agents and the queue. */
export type Permission = 'read' | 'operate' | 'admin';

export interface Operation<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{name}` parts are taken from the input; the rest is the query (GET, DELETE) or the body. */
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission;
  readonly status: 200 | 201 | 202;
  /** Where more than the usual 1 MiB is taken. */
  readonly maxBodyBytes?: number;
  readonly input: I;
  readonly output: O;
}

/** Keeps the exact schema types of each entry. */
export function operation<I extends z.ZodObject, O extends z.ZodType>(
  entry: Operation<I, O>,
): Operation<I, O> {
  return entry;
}
