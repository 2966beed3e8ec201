/**
 * `/openapi.json`: the contract as OpenAPI 3.1, for programs that make clients or pages of it. All of it is read from
 * `src/shared/contract.ts`; the generated reference (`docs/reference/api.md`) reads the same document. Loaded when it is asked
 * for: the start pays nothing.
 */
import { z } from 'zod';
import { OPERATIONS } from '../../../shared/contract.ts';
import { REJECTIONS, type RejectionCode } from '../../../shared/errors.ts';
import type { Operation } from '../../../shared/operation.ts';
import {
  componentRef,
  outputSchemas,
  plain,
  recordOf,
  schemaRef,
  type Schema,
} from './openapi-schemas.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Media {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** `read`, `operate` or `admin`; left out where nothing is asked. */
  readonly 'x-permission'?: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: Media & { readonly required: boolean };
  readonly responses: Readonly<
    Record<string, { readonly description: string } & Partial<Media> & Schema>
  >;
}

export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: Schema;
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const ERROR: Media = {
  content: { 'application/json': { schema: schemaRef('Error') } },
};

/** Answers that are no JSON. */
const STREAMS: Readonly<Record<string, readonly string[]>> = {
  'tasks.terminal': ['application/x-asciicast', 'text/plain', 'application/octet-stream'],
  'audit.export': ['application/x-ndjson'],
};

/** @param version of the program, which is the version of its API as well */
export function openApi(version: string): OpenApi {
  const outputs = outputSchemas();
  const paths: Record<string, Record<string, DescribedOperation>> = healthPaths();
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(name, operation, outputs.of(name)),
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Koubou',
      version,
      summary: 'A workshop of AI coding agents',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:8080', description: 'The PC that the coordinator runs on' }],
    tags: [...new Set(Object.keys(OPERATIONS).map(groupOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: outputs.named,
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description: 'The same key gives the same answer, for a day, and nothing twice',
          schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
        } satisfies Parameter,
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** `tasks` of `tasks.list`. */
export function groupOf(name: string): string {
  return name.split('.', 1)[0] ?? name;
}

/** Codes that follow from the form of a request alone; what an operation refuses besides depends on the state of things. */
export function certainRefusals({ method, input, path }: Operation): RejectionCode[] {
  const takesBody = hasBody(method);
  return [
    ...(Object.keys(input.shape).length > 0 || takesBody ? (['invalid_input'] as const) : []),
    'unauthorized',
    'forbidden',
    ...(path.includes('{') ? (['not_found'] as const) : []),
    ...(takesBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
  ];
}

function hasBody(method: Operation['method']): boolean {
  return method === 'POST' || method === 'PUT';
}

function describe(name: string, operation: Operation, output: Schema): DescribedOperation {
  const { method, path, summary, permission, status, input } = operation;
  const schema = plain(z.toJSONSchema(input, { io: 'input' }));
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key));
  const properties = recordOf(schema['properties']);
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const body = Object.fromEntries(Object.entries(properties).filter(([key]) => !inPath.has(key)));
  const asBody = hasBody(method);
  const parameters = Object.entries(properties)
    .filter(([key]) => inPath.has(key) || !asBody)
    .map(([key, value]) => parameter(key, inPath.has(key), required.has(key), recordOf(value)));
  const bodyKeys = Object.keys(body).filter((key) => required.has(key));
  return {
    operationId: name,
    summary,
    tags: [groupOf(name)],
    security: [{ token: [] }],
    'x-permission': permission,
    parameters: [
      ...parameters,
      ...(method === 'POST' ? [{ $ref: componentRef('parameters', 'IdempotencyKey') }] : []),
    ],
    ...(asBody && {
      requestBody: {
        required: bodyKeys.length > 0,
        content: {
          'application/json': {
            schema: {
              ...schema,
              properties: body,
              ...(required.size > 0 && { required: bodyKeys }),
            },
          },
        },
      },
    }),
    responses: {
      [String(status)]: {
        description: 'Done',
        headers: {
          'x-koubou-seq': { description: 'The newest event', schema: { type: 'integer' } },
        },
        content: Object.fromEntries(
          (STREAMS[name] ?? ['application/json']).map((type) => [type, { schema: output }]),
        ),
      },
      ...refusals(certainRefusals(operation)),
    },
  };
}

function parameter(name: string, inPath: boolean, required: boolean, schema: Schema): Parameter {
  return { name, in: inPath ? 'path' : 'query', required: inPath || required, schema };
}

function refusals(codes: readonly RejectionCode[]): DescribedOperation['responses'] {
  const byStatus = new Map<number, RejectionCode[]>();
  for (const code of codes) {
    byStatus.set(REJECTIONS[code], [...(byStatus.get(REJECTIONS[code]) ?? []), code]);
  }
  return {
    ...Object.fromEntries(
      [...byStatus].map(([status, those]) => [
        String(status),
        { description: those.map((code) => `\`${code}\``).join(', '), ...ERROR },
      ]),
    ),
    default: { description: 'Refused for another reason; `error.code` says which', ...ERROR },
  };
}

/** What services and scripts ask without a token. */
function healthPaths(): Record<string, Record<string, DescribedOperation>> {
  const open = { tags: ['health'], security: [] } as const;
  return {
    '/health': {
      get: {
        ...open,
        operationId: 'health',
        summary: 'How the coordinator fares',
        responses: { '200': { description: 'It answers', ...json(schemaRef('Health')) } },
      },
    },
    '/ready': {
      get: {
        ...open,
        operationId: 'ready',
        summary: 'Whether commands are taken',
        responses: {
          '200': {
            description: 'They are',
            ...json({ type: 'object', properties: { ready: { const: true } } }),
          },
          default: { description: 'They are not; `error.code` says why', ...ERROR },
        },
      },
    },
  };
}

function json(schema: Schema): Media {
  return { content: { 'application/json': { schema } } };
}
