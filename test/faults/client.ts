/**
 * The person's side of the API: typed calls that are repeated until they are answered, as a careful program does it. What
 * comes back is an answer or a refusal; a connection that broke, a full disk or a coordinator that is away is tried again.
 */
import {
  OPERATIONS,
  type InputOf,
  type OperationName,
  type OutputOf,
} from '../../src/shared/contract.ts';
import { ErrorBody, type Rejection } from '../../src/shared/errors.ts';
import { fail, ok, type Result } from '../../src/shared/result.ts';
import { pause } from './time.ts';

export interface Client {
  /** Repeats until it is answered or refused. @throws when the laboratory gives up */
  call<N extends OperationName>(
    name: N,
    input: InputOf<N>,
    options?: CallOptions,
  ): Promise<Result<OutputOf<N>>>;
}

export interface CallOptions {
  readonly key?: string;
  /** ms after which the connection of each further try is cut before its answer is read. */
  readonly cuts?: readonly number[];
}

const ANSWER_MS = 15_000;
const AGAIN_MS = 250;

/** @param giveUp aborted when nobody waits for answers any more */
export function clientOf(
  target: { readonly url: string; readonly token: string },
  giveUp: AbortSignal,
): Client {
  return {
    async call(name, input, { key, cuts = [] } = {}) {
      for (let turn = 0; ; turn++) {
        giveUp.throwIfAborted();
        const answer = await tryOnce(name, input, key, cuts[turn]);
        if (answer) return answer;
        await pause(AGAIN_MS);
      }
    },
  };

  async function tryOnce<N extends OperationName>(
    name: N,
    input: InputOf<N>,
    key: string | undefined,
    cutAfterMs: number | undefined,
  ): Promise<Result<OutputOf<N>> | undefined> {
    const { address, init } = requestOf(name, input, target.url);
    const headers = {
      ...init.headers,
      authorization: `Bearer ${target.token}`,
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    const timeout = AbortSignal.timeout(cutAfterMs ?? ANSWER_MS);
    try {
      const response = await fetch(address, { ...init, headers, signal: timeout });
      if (!response.ok) return refusal(ErrorBody.parse(await response.json()).error);
      const isText = !response.headers.get('content-type')?.includes('application/json');
      const value: unknown = isText ? await response.text() : await response.json();
      // The schema of `name` gives exactly OutputOf<N>; the compiler cannot follow an indexed generic here.
      return ok(OPERATIONS[name].output.parse(value) as OutputOf<N>);
    } catch (error) {
      if (isBroken(error)) return undefined;
      throw error;
    }
  }
}

/** Codes that say "not now": the same call may be answered later. */
const PASSING: readonly string[] = ['internal', 'storage_full', 'shutting_down'];

function refusal(why: Rejection): Result<never> | undefined {
  return PASSING.includes(why.code) ? undefined : fail(why);
}

/** Refused, reset, timed out, or cut in the middle of a JSON text. */
function isBroken(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof TypeError) return true;
  return error instanceof DOMException;
}

function requestOf(
  name: OperationName,
  input: object,
  origin: string,
): { address: URL; init: { method: string; headers: Record<string, string>; body?: string } } {
  const { method, path } = OPERATIONS[name];
  const rest: Record<string, unknown> = { ...input };
  const route = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = rest[field];
    delete rest[field];
    return encodeURIComponent(String(value));
  });
  const address = new URL(route, origin);
  if (method === 'GET' || method === 'DELETE') {
    for (const [field, value] of Object.entries(rest))
      address.searchParams.set(field, String(value));
    return { address, init: { method, headers: {} } };
  }
  const headers = { 'content-type': 'application/json' };
  return { address, init: { method, headers, body: JSON.stringify(rest) } };
}
