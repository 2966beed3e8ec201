/**
 * GitHub's published OpenAPI description as judge: which operation a request is, and whether request, answer and delivery
 * are as described. The description is test/fixtures/github/openapi.json, cut by scripts/github-openapi.mjs.
 */
import { readFileSync } from 'node:fs';
import { type Document, OpenAPIBackend, type Operation } from 'openapi-backend';
import type { operations } from '@octokit/openapi-types';
import { type Shape } from './shapes/basic.ts';

export type OperationId = keyof operations;

export interface Match {
  operationId: OperationId;
  /** From the path, decoded. */
  params: Record<string, string>;
  operation: Operation;
  /** The path with every parameter as one segment, as the checker wants it. */
  path: string;
}

export interface Request {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
}

export interface Judge {
  match(method: string, path: string): Match | undefined;
  /** What is wrong with a request; empty when nothing is. */
  requestProblems(match: Match, request: Request): string[];
  responseProblems(match: Match, status: number, body: unknown): string[];
  deliveryProblems(event: string, action: string | null, payload: Shape): string[];
}

interface Description {
  paths: Record<string, Record<string, { operationId: OperationId }>>;
  'x-webhooks': Record<string, { post: object }>;
}

const FILE = new URL('../../fixtures/github/openapi.json', import.meta.url);
/** Parameters that may hold slashes. */
const LONG = new Set(['ref', 'branch', 'path']);

export async function openJudge(): Promise<Judge> {
  const text = readFileSync(FILE, 'utf8');
  const { paths, 'x-webhooks': webhooks } = JSON.parse(text) as Description;
  // Deliveries are requests too: one operation each, at a path of its own.
  const deliveries = Object.entries(webhooks).map(([name, hook]) => [`/${name}`, hook]);
  const definition = Object.assign(JSON.parse(text) as Document, {
    paths: { ...paths, ...Object.fromEntries(deliveries) },
  });
  const ajvOpts = { strict: false, validateFormats: false, logger: false } as const;
  const backend = new OpenAPIBackend({ definition, quick: true, ajvOpts });
  await backend.init();
  const routes = Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ template, method, operationId })),
  );
  const table = routes.map(toRoute).toSorted((a, b) => a.names.length - b.names.length);

  return {
    match(method, path) {
      const route = table.find((one) => one.method === method && one.pattern.test(path));
      const operation = route && backend.getOperation(route.operationId);
      if (!route || !operation) return undefined;
      const values = (route.pattern.exec(path) ?? [])
        .slice(1)
        .map((value) => decodeURIComponent(value));
      const params = Object.fromEntries(
        route.names.map((name, index) => [name, values[index] ?? '']),
      );
      const plain = route.template.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
        encodeURIComponent(params[name] ?? ''),
      );
      return { operationId: route.operationId, params, operation, path: plain };
    },
    requestProblems(match, { method, query, body }) {
      const headers = { 'content-type': 'application/json' };
      const request = { method, path: match.path, query, headers, body };
      return problems(backend.validateRequest(request, match.operation));
    },
    responseProblems(match, status, body) {
      const known = match.operation.responses ?? {};
      if (!(String(status) in known))
        return status < 400 ? [`no answer ${String(status)} is described`] : [];
      return problems(backend.validateResponse(body, match.operation, status));
    },
    deliveryProblems(event, action, payload) {
      const name = (action === null ? event : `${event}-${action}`).replaceAll('_', '-');
      const hook = webhooks[name];
      if (!hook) return [`no delivery ${name} is described`];
      const headers = { 'content-type': 'application/json' };
      const operation = backend.matchOperation({ method: 'post', path: `/${name}`, headers });
      if (!operation) return [`no delivery ${name} is described`];
      const request = { method: 'post', path: `/${name}`, headers, body: payload };
      return problems(backend.validateRequest(request, operation));
    },
  };
}

function toRoute({
  template,
  method,
  operationId,
}: {
  template: string;
  method: string;
  operationId: OperationId;
}) {
  const names = [...template.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name ?? '');
  const source = template.replaceAll(/\{(\w+)\}/gu, (_, name: string) =>
    LONG.has(name) ? '(.+)' : '([^/]+)',
  );
  const pattern = new RegExp(`^${source}$`, 'u');
  return { template, method: method.toUpperCase(), operationId, names, pattern };
}

function problems(result: {
  errors?: { instancePath: string; message?: string }[] | null;
}): string[] {
  return (result.errors ?? [])
    .slice(0, 4)
    .map(({ instancePath, message, ...rest }) =>
      `${instancePath} ${message ?? ''} ${detail(rest)}`.trim(),
    );
}

function detail(error: { params?: Record<string, unknown> }): string {
  return error.params ? JSON.stringify(error.params) : '';
}
