/**
 * The agent's own HTTP API, on 127.0.0.1:8081 when nothing else is configured: what this machine is and does, for scripts
 * and for Prometheus; and the way for programs on this PC to order tasks, about which the coordinator decides.
 *
 *   GET  /health            open
 *   GET  /metrics           open on loopback, else with the token
 *   GET  /status            with the token (`api-token` in the home)
 *   POST /execute_task      with the token (`orders.ts`)
 *   POST /cancel_task/{id}  the same
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { messageOf } from '../failure.ts';
import type { TaskOrder } from '../../shared/protocol/task-order.ts';
import type { OrderResult } from '../orders.ts';
import { refuse, sendJson } from './answer.ts';
import { takeOrder, type OrderRoute } from './orders.ts';
import { metricsOf, type AgentFacts } from './metrics.ts';

export interface LocalApiDeps {
  readonly api: { readonly host: string; readonly port: number };
  readonly token: string;
  readonly facts: () => Promise<AgentFacts>;
  readonly order: (order: TaskOrder) => Promise<OrderResult>;
  readonly log: Logger;
}

export interface LocalApi {
  /** Where it listens. */
  readonly port: number;
  close(): Promise<void>;
}

/** @returns `null`, after a warning, when it cannot listen there: the agent goes on without */
export async function openLocalApi(deps: LocalApiDeps): Promise<LocalApi | null> {
  const { api, log } = deps;
  const server = createServer((request, response) => {
    handle(request, response, deps).catch((error: unknown) => {
      log.error({ err: error }, 'the local API could not answer');
      if (!response.headersSent) refuse(response, 500, 'internal', messageOf(error));
      else response.destroy();
    });
  });
  server.listen(api.port, api.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    log.warn(
      `the agent's own API cannot listen on ${api.host}:${api.port} (${messageOf(error)}); the agent works without it. Free that port, or give "api" in config.json another one`,
    );
    return null;
  }
  server.on('error', (error) => log.warn(`the agent's own API: ${error.message}`));
  // It keeps no agent from ending.
  server.unref();
  return {
    port: portOf(server),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  deps: LocalApiDeps,
): Promise<void> {
  const isLocal = isLoopback(deps.api.host);
  // A page in a browser of this PC reaches us under a name of its own choice.
  if (isLocal && !isLoopback(hostOf(request.headers.host)))
    return refuse(response, 403, 'forbidden', 'this API answers to 127.0.0.1 and localhost only');
  const route = findRoute(request);
  if (route === null) return refuse(response, 404, 'not_found', NOT_FOUND);
  if (!(route.open === 'always' || (route.open === 'local' && isLocal)) && !mayUse(request, deps)) {
    deps.log.warn({ asked: route.name }, 'the local API refused a request without the right token');
    return refuse(
      response,
      401,
      'unauthorized',
      "send the token of the agent's api-token file: Authorization: Bearer TOKEN",
    );
  }
  if (route.name === 'order') return await takeOrder(request, response, route.of, deps.order);
  const facts = await deps.facts();
  switch (route.name) {
    case 'health':
      return sendJson(response, 200, { status: 'ok', connected: facts.connected });
    case 'status':
      return sendJson(response, 200, facts);
    case 'metrics':
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(metricsOf(facts));
      return;
  }
}

const NOT_FOUND = 'there are /health, /status, /metrics, /execute_task and /cancel_task/{id}';

type Route =
  | { readonly name: 'health' | 'status' | 'metrics'; readonly open: 'always' | 'local' | 'never' }
  | { readonly name: 'order'; readonly open: 'never'; readonly of: OrderRoute };

function findRoute({ method, url = '/' }: IncomingMessage): Route | null {
  const [place = '/'] = url.split('?');
  if (method === 'GET' || method === 'HEAD') {
    if (place === '/health') return { name: 'health', open: 'always' };
    if (place === '/metrics') return { name: 'metrics', open: 'local' };
    if (place === '/status') return { name: 'status', open: 'never' };
  }
  if (method !== 'POST') return null;
  if (place === '/execute_task') return { name: 'order', open: 'never', of: { kind: 'create' } };
  const [, taskId] = /^\/cancel_task\/([\w-]+)$/.exec(place) ?? [];
  return taskId === undefined
    ? null
    : { name: 'order', open: 'never', of: { kind: 'cancel', taskId } };
}

function mayUse({ headers }: IncomingMessage, { token }: LocalApiDeps): boolean {
  const [, given = ''] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function hostOf(header: string | undefined): string {
  return (header ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
