/**
 * GitHub's published OpenAPI description as judge: which operation a request is, and whether request, answer and delivery
 * are as described. The description is test/fixtures/github/openapi.json, cut by scripts/github-openapi.mjs.
 */
import { readFileSync } from 'node:fs';
import type { operations } from '@octokit/openapi-types';
import { Ajv, type ValidateFunction } from 'ajv';
import { type Shape } from './shapes/basic.ts';

export type OperationId = keyof operations;

export interface Match {
  operationId: OperationId;
  /** From the path, decoded. */
  params: Record<string, string>;
  /** Where the operation is in the description. */
  pointer: string;
  operation: Operation;
}

export interface Judge {
  match(method: string, path: string): Match | undefined;
  /** What is wrong with a request; empty when nothing is. */
  requestProblems(match: Match, query: Record<string, string>, body: unknown): string[];
  responseProblems(match: Match, status: number, body: unknown): string[];
  deliveryProblems(event: string, action: string | null, payload: Shape): string[];
}

interface Operation {
  operationId: OperationId;
  parameters?: (Parameter | Reference)[];
  requestBody?: { required?: boolean };
  responses: Record<string, Reference | object>;
}

interface Reference {
  $ref: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: object;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  'x-webhooks': Record<string, object>;
  components: { parameters: Record<string, Parameter> };
}

const FILE = new URL('../../fixtures/github/openapi.json', import.meta.url);
const JSON_SCHEMA = 'content/application~1json/schema';
/** Parameters that may hold slashes. */
const LONG = new Set(['ref', 'branch', 'path']);

/** Reading it takes a moment, and it says the same to everybody: opened once by each process that asks. */
export const openJudge = once(readJudge);

function readJudge(): Judge {
  const description = JSON.parse(readFileSync(FILE, 'utf8')) as Description;
  const table = routesOf(description);
  const validator = validators(description);
  const queries = queryValidators(description);

  return {
    match(method, path) {
      const route = table.find((one) => one.method === method && one.pattern.test(path));
      if (!route) return undefined;
      const values = route.pattern.exec(path)?.slice(1) ?? [];
      const params = route.names.map((name, index) => [
        name,
        decodeURIComponent(values[index] ?? ''),
      ]);
      const { operation, pointer } = route;
      const { operationId } = operation;
      return {
        operationId,
        operation,
        pointer,
        params: Object.fromEntries(params) as Match['params'],
      };
    },
    requestProblems({ operation, pointer }, query, body) {
      const wrong = problems('query', queries(operation), { ...query });
      if (!operation.requestBody) return wrong;
      if (body === undefined) return operation.requestBody.required ? ['a body is missing'] : wrong;
      return [
        ...wrong,
        ...problems('body', validator(`${pointer}/requestBody/${JSON_SCHEMA}`), body),
      ];
    },
    responseProblems({ operation, pointer }, status, body) {
      const described = operation.responses[String(status)];
      if (!described) return status < 400 ? [`no answer ${String(status)} is described`] : [];
      const isReference = '$ref' in described;
      const where = isReference ? described.$ref : `${pointer}/responses/${String(status)}`;
      return problems('answer', validator(`${where}/${JSON_SCHEMA}`), body);
    },
    deliveryProblems(event, action, payload) {
      const name = (action === null ? event : `${event}-${action}`).replaceAll('_', '-');
      if (!(name in description['x-webhooks'])) return [`no delivery ${name} is described`];
      const pointer = `#/x-webhooks/${name}/post/requestBody/${JSON_SCHEMA}`;
      return problems('payload', validator(pointer), payload);
    },
  };
}

/** One checker for each schema, made when it is first asked for. Undefined: nothing is described there. */
function validators(description: Description): (pointer: string) => ValidateFunction | undefined {
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    validateSchema: false,
    logger: false,
    inlineRefs: false,
    // Most checkers run a few times only: making them better takes longer than it saves.
    code: { optimize: false },
  });
  ajv.addSchema(description, 'github');
  return (pointer) => ajv.getSchema(`github${pointer}`);
}

/** Of what follows the question mark, where numbers and truths are written as text. */
function queryValidators(description: Description): (operation: Operation) => ValidateFunction {
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false, coerceTypes: true });
  const made = new Map<Operation, ValidateFunction>();
  return (operation) => {
    const known = made.get(operation);
    if (known) return known;
    const parameters = (operation.parameters ?? [])
      .map((one) =>
        '$ref' in one ? description.components.parameters[one.$ref.split('/').at(-1) ?? ''] : one,
      )
      .filter((one) => one?.in === 'query');
    const properties = parameters.map((one) => [one?.name, one?.schema]);
    const required = parameters.filter((one) => one?.required).map((one) => one?.name);
    const schema = {
      type: 'object',
      properties: Object.fromEntries(properties) as object,
      required,
    };
    const validate = ajv.compile(schema);
    made.set(operation, validate);
    return validate;
  };
}

function routesOf(description: Description) {
  const routes = Object.entries(description.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const names = [...template.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name ?? '');
      const source = template.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
        LONG.has(name) ? '(.+)' : '([^/]+)',
      );
      const pattern = new RegExp(`^${source}$`, 'u');
      const pointer = `#/paths/${encodeURIComponent(template.replaceAll('/', '~1'))}/${method}`;
      return { method: method.toUpperCase(), operation, names, pattern, pointer };
    }),
  );
  // The more is fixed, the nearer the match; what may hold slashes comes last.
  const looseness = ({ names }: { names: string[] }) =>
    names.length + (names.some((name) => LONG.has(name)) ? 0.5 : 0);
  return routes.toSorted(
    (a, b) => looseness(a) - looseness(b) || b.pattern.source.length - a.pattern.source.length,
  );
}

function problems(what: string, validate: ValidateFunction | undefined, value: unknown): string[] {
  if (!validate || validate(value)) return [];
  return (validate.errors ?? [])
    .slice(0, 4)
    .map(
      (error) =>
        `${what}${error.instancePath} ${error.message ?? ''} ${JSON.stringify(error.params)}`,
    );
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
