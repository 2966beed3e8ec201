/**
 * The way to providers: HTTP over connections that are kept, with certificates checked, whatever the environment says. An
 * answer is handed on as it comes; redirects are answers like any other, because a secret must not follow them.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../../../shared/clock.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

export interface Upstream {
  /** The answer when its headers are there. @throws NoAnswer when there is none */
  send(asked: Asked): Promise<IncomingMessage>;
  close(): void;
}

/** There was no answer: the cause's code says why. */
export class NoAnswer extends Error {
  /** Something of the request went out: it may have been worked on, and be paid for. */
  readonly wasSent: boolean;
  constructor(cause: Error, wasSent: boolean) {
    super(whyNoAnswer(cause), { cause });
    this.wasSent = wasSent;
  }
}

const CONNECT_MS = 15_000;
/** A model may think for long; providers send a sign of life meanwhile, where they stream. */
const SILENT_MS = 10 * 60_000;
/**
 * Front ends of servers keep a connection that nobody uses for a minute and more. Ours are given up before: one that they
 * close at the moment when it is used again takes a request with it, of which nobody can say whether it was heard.
 */
const IDLE_MS = 45_000;
const KEPT = { keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo', timeout: IDLE_MS } as const;

export function openUpstream(clock: Pick<Clock, 'after'>): Upstream {
  const plain = new HttpAgent(KEPT);
  const secure = new HttpsAgent({ ...KEPT, rejectUnauthorized: true });

  return {
    async send(asked) {
      const { method, headers, body, signal } = asked;
      const { protocol, hostname, port, pathname, search } = new URL(asked.url);
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      const options = { host, port, path: `${pathname}${search}`, method, headers };
      const request =
        protocol === 'https:'
          ? httpsRequest({ ...options, agent: secure })
          : httpRequest({ ...options, agent: plain });
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const wasSent = watchConnecting(request, clock);
      request.setTimeout(SILENT_MS, () => request.destroy(new Error('it was silent for too long')));
      // The request's own way to watch a signal looks through every state that a stream can be in.
      const onAbort = (): void => void request.destroy(new Error('cut off'));
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      request.once('close', () => signal.removeEventListener('abort', onAbort));
      request.once('response', resolve);
      // Once there is an answer, its own stream tells how it ends, and this changes nothing.
      request.on('error', (error) => reject(new NoAnswer(error, wasSent())));
      request.end(body.length > 0 ? body : undefined);
      return await promise;
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** Bounds the time to a connection. Answers whether there was one, over which bytes can have gone. */
function watchConnecting(request: ClientRequest, clock: Pick<Clock, 'after'>): () => boolean {
  let wasReady = false;
  request.once('socket', (socket) => {
    wasReady = !socket.connecting;
    if (wasReady) return;
    const late = (): void => void request.destroy(new Error('no connection came about'));
    const cancel = clock.after(CONNECT_MS, late);
    // Over TLS nothing is said before the other end has shown who it is.
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      wasReady = true;
      cancel();
    });
    socket.once('close', cancel);
  });
  return () => wasReady;
}

/** Why there was no answer, for people. */
export function whyNoAnswer(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const said: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'it refuses connections',
    ECONNRESET: 'the connection was dropped',
    EPIPE: 'the connection was dropped',
    ENOTFOUND: 'its name is not known',
    EAI_AGAIN: 'its name cannot be looked up',
    ETIMEDOUT: 'it cannot be reached',
    EHOSTUNREACH: 'it cannot be reached',
    ENETUNREACH: 'there is no network',
  };
  return said[code] ?? (error instanceof Error ? error.message : String(error));
}
