/**
 * REST over the contract: one route per operation. The input is flat: the parts of the path, and the query (GET, DELETE)
 * or the JSON body (POST, PUT). What is not in the schema is refused, never ignored.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OPERATIONS, type OperationName } from '../../../shared/contract.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Receipt } from '../journal/port.ts';
import type { Person } from '../lan/people.ts';
import { invalidInput, sendRejection } from './answer.ts';
import type { Route } from './route.ts';

/** Every operation but those that answer with a stream, see `terminal.ts` and `audit.ts`. */
export type Routes = Readonly<
  Record<Exclude<OperationName, 'tasks.terminal' | 'audit.export'>, Route>
>;

/** @param personOf who sent a request that was let in */
export function registerRest(
  app: FastifyInstance,
  routes: Routes,
  personOf: (request: FastifyRequest) => Person,
): void {
  for (const [name, { operation, run }] of Object.entries(routes)) {
    app.route({
      method: operation.method,
      url: urlOf(operation.path),
      ...(operation.maxBodyBytes !== undefined && { bodyLimit: operation.maxBodyBytes }),
      async handler(request, reply) {
        const fields = fieldsOf(request);
        if (!fields.ok) return sendRejection(reply, fields.error);
        const receipt = receiptOf(request, name, fields.value);
        if (!receipt.ok) return sendRejection(reply, receipt.error);
        const person = personOf(request);
        const context = { actor: person.actor, person, receipt: receipt.value };
        const result = await run(fields.value, context);
        if ('invalid' in result) return sendRejection(reply, invalidInput(result.invalid));
        if (!result.ok) return sendRejection(reply, result.error);
        return reply.code(operation.status).send(result.value);
      },
    });
  }
}

/** `/tasks/{id}` as Fastify writes it: `/tasks/:id`. */
export function urlOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Methods that the path of a URL knows; empty when it is no path of the API. */
export function methodsOf(pathname: string): string[] {
  const matching = Object.values(OPERATIONS).filter(({ path }) => {
    const [ours, theirs] = [path.split('/'), pathname.split('/')];
    return (
      ours.length === theirs.length &&
      ours.every((part, i) => part.startsWith('{') || part === theirs[i])
    );
  });
  return [...new Set(matching.map(({ method }) => method))];
}

/** The flat input of a request, not yet validated. */
export function fieldsOf(request: FastifyRequest): Result<Record<string, unknown>> {
  const [path, query, body] = [
    asRecord(request.params),
    asRecord(request.query),
    asRecord(request.body ?? {}),
  ];
  if (!path || !query || !body)
    return fail(rejection('invalid_input', 'the body must be a JSON object'));
  const hasBody = request.method === 'POST' || request.method === 'PUT';
  const [given, extra] = hasBody ? [body, query] : [query, body];
  const misplaced = [...Object.keys(extra), ...Object.keys(given).filter((key) => key in path)];
  if (misplaced.length > 0) return fail(misplacedFields(misplaced, hasBody));
  return ok({ ...given, ...path });
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function misplacedFields(names: string[], hasBody: boolean): Rejection {
  const where = hasBody
    ? 'belongs in the JSON body, or is in the path already'
    : 'belongs in the query, or is in the path already';
  const fields = names.map((path) => ({ path, message: where }));
  return rejection('invalid_input', `${names.join(', ')}: ${where}`, { fields });
}

function receiptOf(
  request: FastifyRequest,
  name: string,
  fields: unknown,
): Result<Receipt | undefined> {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.method !== 'POST') return ok(undefined);
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    return fail(
      rejection(
        'invalid_input',
        'Idempotency-Key: 1 to 200 visible ASCII characters without spaces',
      ),
    );
  }
  return ok(receiptUnder(key, name, fields));
}

/** The receipt of a request under a key: of `fields` asked of the operation `name`. */
export function receiptUnder(key: string, name: string, fields: unknown): Receipt {
  const hash = createHash('sha256')
    .update(`${name}\n${canonical(fields)}`)
    .digest('hex');
  return { key, hash };
}

/** JSON with the keys of every object in order, so that equal requests have equal hashes. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    const record = asRecord(inner);
    return record
      ? Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  });
}
