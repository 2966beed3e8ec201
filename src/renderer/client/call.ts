/** Calls of the API, typed by the contract. A refusal is a value; so is a coordinator that cannot be reached. */
import type { z } from 'zod';
import {
  OPERATIONS,
  type InputOf,
  type OperationName,
  type OutputOf,
} from '../../shared/contract.ts';
import { ErrorBody, type RejectionCode } from '../../shared/errors.ts';
import type { Operation } from '../../shared/operation.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Why a call did not do what was asked. `message` is the coordinator's own words. */
export interface CallError {
  readonly code: RejectionCode | 'unreachable' | 'unreadable';
  readonly message: string;
  readonly fields: readonly { readonly path: string; readonly message: string }[];
}

export interface Answer<T> {
  readonly value: T;
  /** The log's last sequence number when the answer left the coordinator. */
  readonly seq: number;
}

export interface Address {
  readonly url: string;
  readonly token: string;
}

export interface Api {
  call<N extends OperationName>(
    name: N,
    input: InputOf<N>,
  ): Promise<Result<OutputOf<N>, CallError>>;
  /** As `call`, with the place in the log that the answer belongs to. */
  ask<N extends OperationName>(
    name: N,
    input: InputOf<N>,
  ): Promise<Result<Answer<OutputOf<N>>, CallError>>;
  /** What an operation answers with when that is a file and not JSON, as it came. */
  file<N extends 'tasks.terminal' | 'audit.export'>(
    name: N,
    input: InputOf<N>,
  ): Promise<Result<Blob, CallError>>;
}

/** @param newKey makes an idempotency key: a POST that is sent twice under it is carried out once */
export function createApi(
  address: () => Address | null,
  newKey: () => string,
  send: typeof fetch = (input, init) => fetch(input, init),
): Api {
  async function ask<N extends OperationName>(
    name: N,
    input: InputOf<N>,
  ): Promise<Result<Answer<OutputOf<N>>, CallError>> {
    const to = address();
    if (to === null) return fail(unreachable('not connected'));
    const operation: Operation<z.ZodObject, z.ZodType<OutputOf<N>>> = operationOf(name);
    let response: Response;
    let body: unknown;
    try {
      response = await send(...requestOf(operation, input, to, newKey));
      body = await response.json();
    } catch (error) {
      return fail(unreachable(error instanceof Error ? error.message : String(error)));
    }
    if (!response.ok) return fail(refusalOf(body, response.status));
    const parsed = operation.output.safeParse(body);
    if (!parsed.success) {
      return fail({ code: 'unreadable', message: parsed.error.message, fields: [] });
    }
    return ok({ value: parsed.data, seq: Number(response.headers.get('x-koubou-seq') ?? 0) });
  }

  return {
    ask,
    async call(name, input) {
      const answer = await ask(name, input);
      return answer.ok ? ok(answer.value.value) : answer;
    },
    async file(name, input) {
      const to = address();
      if (to === null) return fail(unreachable('not connected'));
      try {
        const response = await send(...requestOf(operationOf(name), input, to, newKey));
        if (response.ok) return ok(await response.blob());
        return fail(refusalOf(await response.json(), response.status));
      } catch (error) {
        return fail(unreachable(error instanceof Error ? error.message : String(error)));
      }
    },
  };
}

function operationOf<N extends OperationName>(
  name: N,
): Operation<z.ZodObject, z.ZodType<OutputOf<N>>> {
  const operations: {
    readonly [K in OperationName]: Operation<z.ZodObject, z.ZodType<OutputOf<K>>>;
  } = OPERATIONS;
  return operations[name];
}

function requestOf(
  operation: Operation,
  input: Record<string, unknown>,
  { url, token }: Address,
  newKey: () => string,
): [string, RequestInit] {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = rest.get(key);
    rest.delete(key);
    return encodeURIComponent(String(value));
  });
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (operation.method === 'GET' || operation.method === 'DELETE') {
    const query = new URLSearchParams([...rest].map(([key, value]) => [key, String(value)]));
    const suffix = rest.size === 0 ? '' : `?${query.toString()}`;
    return [`${url}${path}${suffix}`, { method: operation.method, headers }];
  }
  headers['content-type'] = 'application/json';
  if (operation.method === 'POST') headers['idempotency-key'] = newKey();
  const body = JSON.stringify(Object.fromEntries(rest));
  return [`${url}${path}`, { method: operation.method, headers, body }];
}

function refusalOf(body: unknown, status: number): CallError {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return { code: 'unreadable', message: `HTTP ${status}`, fields: [] };
  const { code, message, details } = parsed.data.error;
  return { code, message, fields: fieldsOf(details?.['fields']) };
}

function fieldsOf(value: unknown): { path: string; message: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((field: unknown) => {
    if (typeof field !== 'object' || field === null) return [];
    if (!('path' in field) || !('message' in field)) return [];
    return [{ path: String(field.path), message: String(field.message) }];
  });
}

function unreachable(message: string): CallError {
  return { code: 'unreachable', message, fields: [] };
}
