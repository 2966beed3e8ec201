/** A typed client of the API: one function for every operation of the contract. Answers are validated. */
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Operation } from '../shared/operation.ts';
import { ErrorBody, RejectionError } from '../shared/errors.ts';
import { HOW_TO_START, type Address } from './connect.ts';
import { CliError, EXIT } from './io.ts';

export interface Client {
  readonly address: Address;
  call<I extends z.ZodObject, O extends z.ZodType>(
    operation: Operation<I, O>,
    input: z.input<I>,
  ): Promise<z.output<O>>;
  /** A GET operation that answers with a stream of text. */
  stream<I extends z.ZodObject>(
    operation: Operation<I>,
    input: z.input<I>,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** Connections may break after the request was carried out; under its key it is safe to ask again. */
const TRIES = 3;

/** @param requestKey names the invocation: what is sent twice under it is carried out once */
export function createClient(address: Address, requestKey: string): Client {
  async function request<I extends z.ZodObject>(
    operation: Operation<I>,
    input: z.input<I>,
  ): Promise<Response> {
    const { target, body } = addressOf(address.url, operation, input);
    const headers: Record<string, string> = { authorization: `Bearer ${address.token}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (operation.method === 'POST') headers['idempotency-key'] = `${requestKey}:${operation.path}`;
    const response = await send(target, {
      method: operation.method,
      headers,
      ...(body !== undefined && { body }),
    });
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  return {
    address,
    async call(operation, input) {
      const response = await request(operation, input);
      const parsed = operation.output.safeParse(await response.json());
      if (parsed.success) return parsed.data;
      const message = `the coordinator at ${address.url} answers in a way this version does not understand: update both`;
      throw new CliError(EXIT.failed, message, { cause: parsed.error });
    },
    async stream(operation, input) {
      const response = await request(operation, input);
      return response.body ?? Readable.from([]);
    },
  };
}

function addressOf(
  url: string,
  operation: Operation,
  input: Record<string, unknown>,
): { target: URL; body: string | undefined } {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const route = operation.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(String(value));
  });
  const target = new URL(route, url);
  if (operation.method === 'POST' || operation.method === 'PUT') {
    return { target, body: JSON.stringify(Object.fromEntries(rest)) };
  }
  for (const [key, value] of rest) target.searchParams.set(key, String(value));
  return { target, body: undefined };
}

async function send(target: URL, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await fetch(target, init);
    } catch (error) {
      if (tries < TRIES && !isRefused(error)) continue;
      throw new CliError(
        EXIT.notReachable,
        `no coordinator answers at ${target.origin}: ${HOW_TO_START}`,
        {
          cause: error,
        },
      );
    }
  }
}

/** Nobody listens: asking again at once is of no use. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

async function refusalOf(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    return new RejectionError(ErrorBody.parse(JSON.parse(text)).error);
  } catch (error) {
    const message = `${response.url} answered ${response.status}, and it is not a Koubou coordinator`;
    return new CliError(EXIT.notReachable, message, { cause: error });
  }
}
