/** Ties an operation of the contract to its handler, typed from its schemas. */
import type { z } from 'zod';
import type { Operation } from '../../../shared/operation.ts';
import type { Result } from '../../../shared/result.ts';
import type { Receipt } from '../journal/port.ts';
import type { Person } from '../lan/people.ts';

/** What a handler knows besides its input. */
export interface RequestContext {
  /** Who asks, as it stands in the log. */
  readonly actor: string;
  /** Whoever asks over the API; absent where the coordinator itself does. */
  readonly person?: Person;
  /** From the Idempotency-Key of the request, for the commands it submits. */
  readonly receipt: Receipt | undefined;
}

export type Answer<T> = Result<T> | Promise<Result<T>>;

export interface Route {
  readonly operation: Operation;
  /** Validates, then handles. */
  run(fields: unknown, context: RequestContext): Promise<{ invalid: z.ZodError } | Result<unknown>>;
}

export function route<I extends z.ZodObject, O extends z.ZodType>(
  operation: Operation<I, O>,
  handle: (input: z.output<I>, context: RequestContext) => Answer<z.output<O>>,
): Route {
  return {
    operation,
    async run(fields, context) {
      const input = operation.input.safeParse(fields);
      return input.success ? await handle(input.data, context) : { invalid: input.error };
    },
  };
}
