/**
 * The way to models of one attempt: a server on this machine, for the attempt's engine alone, that passes everything under
 * `/models/` on to the coordinator and streams the answers back as they come. It knows nothing of what is said.
 *
 * The engine shows a key that only this server takes; the attempt's own key, which the coordinator takes, stays in this
 * process. So what an engine prints, writes down or leaves behind opens nothing once the attempt is over.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { shownKey } from '../../shared/model-http.ts';
import { Provider, type ModelGrant } from '../../shared/models.ts';
import type { EngineTrouble, ModelAccess } from '../engines/engine.ts';
import type { ClientTls } from '../identity/tls.ts';
import { answersHeaders, requestHeaders, statusFor } from './headers.ts';
import { refuse } from './refusals.ts';
import { createTroubles, type Troubles } from './troubles.ts';
import { createUpstream, type Upstream } from './upstream.ts';

export interface ModelRelayOptions {
  /** `http://host:port` or `https://host:port` of the coordinator. */
  readonly coordinator: string;
  /** How the agent shows who it is, asked for anew for each connection; `null`: over loopback the key is enough. */
  readonly access: () => ClientTls | null;
  readonly grant: ModelGrant;
  /** Told of wrong uses, the first few of them: of a key that is not the attempt's, of addresses that are no model's. */
  readonly onRefused: (what: string) => void;
}

export interface ModelRelay extends ModelAccess {
  /** What a provider is the last part of: `http://127.0.0.1:40123/models`. */
  readonly address: string;
  /** Hangs up on whoever still speaks. Resolves when nothing listens any more. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1, and nowhere else. */
export async function openModelRelay(options: ModelRelayOptions): Promise<ModelRelay> {
  const { grant } = options;
  const key = `kbl_${randomBytes(24).toString('base64url')}`;
  const troubles = createTroubles();
  const upstream = createUpstream(options.coordinator, options.access);
  let told = 0;
  const refused = ({ method = '', url = '' }: IncomingMessage, why: string): void => {
    if ((told += 1) <= MOST_TOLD) options.onRefused(`${method} ${shortPath(url)}: ${why}`);
  };
  const server = createServer((request, response) =>
    pass(request, response, { key, grant, troubles, upstream, refused }),
  );
  // An answer may be thought about for as long as the attempt lasts.
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEPT_MS;
  const port = await listen(server);
  const address = `http://127.0.0.1:${port}/models`;
  return {
    address,
    url: (provider) => `${address}/${provider}`,
    key,
    providers: grant.providers,
    trouble: (): EngineTrouble | null => troubles.last(),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      upstream.close();
      await closed;
    },
  };
}

const PREFIX = '/models/';
/** How long a connection that nobody uses is kept, ms. */
const KEPT_MS = 60_000;
/** Wrong uses that are told: a program that tries for ever fills no recording. */
const MOST_TOLD = 20;
const WRONG_KEY = 'this key is not that of the attempt';

interface Way {
  readonly key: string;
  readonly grant: ModelGrant;
  readonly troubles: Troubles;
  readonly upstream: Upstream;
  readonly refused: (request: IncomingMessage, why: string) => void;
}

function pass(request: IncomingMessage, response: ServerResponse, way: Way): void {
  const { troubles, grant } = way;
  const target = targetOf(request.url ?? '');
  if (target === null) {
    request.resume();
    way.refused(request, 'only models are here');
    response.writeHead(404, { 'content-type': 'text/plain' }).end('only models are here\n');
    return;
  }
  // Claude Code opens its connection with it, without a key: it asks for nothing.
  if (request.method === 'HEAD' && target.path === 'anthropic/api/hello')
    return void response.end();
  if (!isSame(shownKey(request.headers) ?? '', way.key)) {
    request.resume();
    way.refused(request, WRONG_KEY);
    return refuse(response, target.provider, 401, WRONG_KEY);
  }
  const away = (): void => {
    if (response.destroyed || response.headersSent) return;
    request.resume();
    troubles.unreachable();
    refuse(response, target.provider, 503, AWAY, AGAIN_SECONDS);
  };
  const call = way.upstream.ask(
    request.method ?? 'GET',
    `${grant.path}/${target.path}`,
    requestHeaders(request.headers, grant.key),
  );
  if (call === null) return away();
  let isLeft = false;
  response.once('close', () => {
    if (response.writableFinished) return;
    isLeft = true;
    call.destroy();
  });
  call.once('response', (answer) => {
    const heard = troubles.hear(answer);
    response.writeHead(statusFor(answer), answersHeaders(answer));
    // The engine must see at once that there is an answer, long before its first word.
    response.flushHeaders();
    if (heard.wantsBody) answer.on('data', heard.body);
    answer.once('error', () => {
      if (!isLeft) heard.broke();
    });
    // On an error it destroys both: half an answer must not look like a whole one.
    pipeline(answer, response, (error) => {
      if (!error) heard.ended();
    });
  });
  call.on('error', () => {
    request.unpipe(call);
    away();
  });
  request.on('error', () => call.destroy());
  request.pipe(call);
}

const AWAY = 'the coordinator does not answer; it may be starting again';
/** After which the engine asks again: a coordinator that is started anew is back within seconds. */
const AGAIN_SECONDS = 2;

/** Provider and all that follows `/models/`; `null` for what is not ours to pass on. */
function targetOf(url: string): { provider: Provider; path: string } | null {
  if (!url.startsWith(PREFIX)) return null;
  // As it will be read at the other end: nothing climbs out of the models.
  const read = new URL(url, 'http://localhost');
  if (!read.pathname.startsWith(PREFIX) || /%2e|%2f|%5c/i.test(read.pathname)) return null;
  const path = `${read.pathname}${read.search}`.slice(PREFIX.length);
  const provider = Provider.safeParse(path.split('/', 1)[0]);
  return provider.success && path.startsWith(`${provider.data}/`)
    ? { provider: provider.data, path }
    : null;
}

/** Without a query, which may hold anything, and as printable text. */
function shortPath(url: string): string {
  return JSON.stringify((url.split(/[?#]/, 1)[0] ?? '').slice(0, 200)).slice(1, -1);
}

function isSame(shown: string, key: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('a server on 127.0.0.1 has no port');
  return address.port;
}
