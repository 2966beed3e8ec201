/**
 * The coordinator's HTTP server, on loopback: REST and `/ws` for people and programs, `/agent` for agents, `/git` for
 * attempts, `/models` for their engines, `/executables` for agents that update themselves,
 * `/webhooks/github` for GitHub, the UI at `/`. Every refusal has one shape (`answer.ts`), whoever made it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import {
  REJECTIONS,
  rejection,
  RejectionError,
  type ErrorBody,
  type Rejection,
  type RejectionCode,
} from '../../../shared/errors.ts';
import type { Person } from '../lan/people.ts';
import { sendRejection } from './answer.ts';
import {
  APP_ORIGIN,
  checkOrigin,
  checkRole,
  checkToken,
  permissionsByRoute,
  type TokenDeps,
} from './auth.ts';
import { methodsOf, registerRest, urlOf, type Routes } from './rest.ts';
import { registerUi } from './static-ui.ts';
import { HOOK_PATH } from '../forge/github/sync/webhook.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

export interface ServerDeps extends TokenDeps {
  readonly log: Logger;
  readonly routes: Routes;
  /** Registers what is no plain operation: health, terminal streams. */
  readonly more: (app: FastifyInstance) => void;
  /** Routes that need no token; all others do. */
  readonly open: readonly string[];
  /** Those of them that need none by the door either: they say nothing of the workshop. */
  readonly openToAll: readonly string[];
  readonly seq: () => number;
  /** Folder of the built UI; `undefined` serves none. */
  readonly uiDir: string | undefined;
  /** Git smart HTTP under `/git/`: has an authentication of its own. */
  readonly git: (request: IncomingMessage, response: ServerResponse) => void;
  /** Models for engines under `/models/`: the same. */
  readonly modelCalls: (request: IncomingMessage, response: ServerResponse) => void;
  /** `/executables/`: the same. */
  readonly executables: (request: IncomingMessage, response: ServerResponse) => void;
  /** `/webhooks/github`: the same, and called by whatever name a tunnel has. */
  readonly webhook: (request: IncomingMessage, response: ServerResponse) => void;
  /** WebSocket upgrades by path; `needsToken` ones are checked before they are handed over. */
  readonly upgrades: Readonly<Record<string, Upgrade>>;
}

export type Upgrade =
  | {
      readonly needsToken: false;
      take(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    }
  | {
      readonly needsToken: true;
      take(request: IncomingMessage, socket: Duplex, head: Buffer, person: Person): void;
    };

export interface ApiServer {
  readonly app: FastifyInstance;
  /** A request by the door to the LAN, which has checked Host and Origin. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** The same for an upgrade: that of a person, at `/ws` only. Answers what was refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Rejection | null;
}

export async function buildServer(deps: ServerDeps): Promise<ApiServer> {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    serverFactory: (handler) => createHttpServer(handler, deps),
    routerOptions: { maxParamLength: 300 },
    // Everything is checked and written by the contract (`rest.ts`): Fastify need not load what does that by JSON Schema.
    schemaController: { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } },
    // A URL that cannot be decoded never reaches a route, nor its error handler.
    frameworkErrors: (error, _, reply) =>
      void sendRejection(
        reply,
        rejection('invalid_input', `the address cannot be read: ${error.message}`),
      ),
  });
  readJsonOnly(app);
  const personOf = guard(app, deps);
  app.addHook('onSend', async (_, reply) => {
    void reply.headers({ 'x-koubou-seq': String(deps.seq()), 'x-content-type-options': 'nosniff' });
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const known = rejectionOf(error, request.routeOptions.bodyLimit);
    if (known) return sendRejection(reply, known);
    deps.log.error(
      { err: error, method: request.method, path: request.routeOptions.url },
      'a request failed',
    );
    return sendRejection(
      reply,
      rejection('internal', 'the coordinator had an error of its own; its log has more'),
    );
  });
  registerRest(app, deps.routes, personOf);
  deps.more(app);
  const ui = deps.uiDir === undefined ? undefined : await registerUi(app, deps.uiDir);
  app.setNotFoundHandler((request, reply) => {
    const pathname = pathOf(request.url);
    const methods = methodsOf(pathname);
    if (methods.length > 0) {
      void reply.header('allow', methods.join(', '));
      const message = `${pathname} takes ${methods.join(', ')}, not ${request.method}`;
      return sendRejection(reply, rejection('method_not_allowed', message));
    }
    if (ui?.answers(request)) return ui.index(reply);
    return sendRejection(
      reply,
      rejection('not_found', `there is nothing at ${JSON.stringify(pathname.slice(0, 200))}`),
    );
  });
  return {
    app,
    handle: (request, response) => app.routing(request, response),
    upgrade: (request, socket, head) => takeUpgrade(request, socket, head, deps),
  };
}

/** Called for a route with a schema of Fastify's own, of which there is none. */
function noSchema(): never {
  throw new Error('routes have no JSON Schema: the contract checks what comes and goes');
}

function createHttpServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  deps: ServerDeps,
): Server {
  const server = createServer((request, response) => {
    if (pathOf(request.url) === HOOK_PATH) return deps.webhook(request, response);
    const [, folder = ''] = /^(\/\w+\/)/.exec(pathOf(request.url)) ?? [];
    const take = {
      '/git/': deps.git,
      '/models/': deps.modelCalls,
      '/executables/': deps.executables,
    }[folder];
    if (!take) return handler(request, response);
    const refused = checkOrigin(request.headers);
    if (!refused) return take(request, response);
    response.writeHead(REJECTIONS[refused.code], { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ error: refused } satisfies ErrorBody));
  });
  server.on('upgrade', (request, socket, head) => {
    const refused = checkOrigin(request.headers);
    if (refused) refuseUpgrade(socket, refused);
    else takeUpgrade(request, socket, head, deps);
  });
  return server;
}

function takeUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  deps: ServerDeps,
): Rejection | null {
  const refuse = (refused: Rejection): Rejection => {
    refuseUpgrade(socket, refused);
    return refused;
  };
  const upgrade = deps.upgrades[pathOf(request.url)];
  if (!upgrade) {
    const places = Object.keys(deps.upgrades).join(' and ');
    return refuse(rejection('not_found', `WebSockets are at ${places}`));
  }
  if (!upgrade.needsToken) {
    upgrade.take(request, socket, head);
    return null;
  }
  const who = checkToken(request.headers, deps);
  if (!who.ok) return refuse(who.error);
  upgrade.take(request, socket, head, who.value);
  return null;
}

function refuseUpgrade(socket: Duplex, error: Rejection): void {
  const body = JSON.stringify({ error } satisfies ErrorBody);
  // The peer may be gone already; there is nobody left to tell.
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${REJECTIONS[error.code]} Refused\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function readJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // `curl -X POST -H 'content-type: application/json'` without a body means an empty object.
    if (body === '') return done(null, {});
    return parse(request, String(body), done);
  });
}

/** Answers who sent a request that was let in. */
function guard(app: FastifyInstance, deps: ServerDeps): (request: FastifyRequest) => Person {
  const persons = new WeakMap<FastifyRequest, Person>();
  const needed = permissionsByRoute(urlOf);
  app.addHook('onRequest', async (request, reply) => {
    const { headers, method } = request;
    // The door listens with TLS, we do not; it has looked where its own requests come from.
    const isByDoor = request.raw.socket instanceof TLSSocket;
    if (!isByDoor && headers.origin === APP_ORIGIN) allowApp(reply);
    const refused = isByDoor ? null : checkOrigin(headers);
    if (refused) return sendRejection(reply, refused);
    if (method === 'OPTIONS' && headers.origin === APP_ORIGIN) return reply.code(204).send();
    // By the route that was matched, not by the text of the URL: `/%61pi` is `/api`, too.
    const matched = request.routeOptions.url;
    const isOpen =
      matched === undefined
        ? !pathOf(request.url).startsWith('/api/')
        : (isByDoor ? deps.openToAll : deps.open).includes(matched);
    if (isOpen) return;
    const who = checkToken(headers, deps);
    if (!who.ok) return sendRejection(reply, who.error);
    persons.set(request, who.value);
    // Fastify answers HEAD wherever there is a GET. What the contract does not name is for nobody but an admin.
    const other = matched !== undefined && deps.open.includes(matched) ? 'read' : 'admin';
    const key = `${method === 'HEAD' ? 'GET' : method} ${matched ?? ''}`;
    const short = matched === undefined ? null : checkRole(who.value, needed.get(key) ?? other);
    if (short) return sendRejection(reply, short);
  });
  return (request) => {
    const person = persons.get(request);
    if (!person) throw new Error('a request was handled that nobody was asked for a token with');
    return person;
  };
}

function allowApp(reply: { headers(values: Record<string, string>): unknown }): void {
  reply.headers({
    'access-control-allow-origin': APP_ORIGIN,
    vary: 'origin',
    'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    'access-control-allow-headers': 'authorization, content-type, idempotency-key',
    'access-control-expose-headers': 'x-koubou-seq',
    'access-control-max-age': '600',
  });
}

const BY_STATUS: Readonly<Record<number, RejectionCode>> = {
  400: 'invalid_input',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** What Fastify itself refuses, in our words. */
function rejectionOf(error: FastifyError, bodyLimit = BODY_LIMIT_BYTES): Rejection | undefined {
  if (error instanceof RejectionError) return error.rejection;
  const code = BY_STATUS[error.statusCode ?? 500];
  if (code === undefined) return undefined;
  if (code === 'payload_too_large')
    return rejection(code, `the body is larger than ${bodyLimit} bytes`);
  if (code === 'unsupported_media_type')
    return rejection(code, 'send a JSON body with "Content-Type: application/json"');
  return rejection(code, `the request cannot be read: ${error.message}`);
}

function pathOf(url: string | undefined): string {
  return (url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}
