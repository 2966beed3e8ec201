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
import type { Clock } from '../../../../shared/clock.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

export interface Upstream {
  /** The answer when its headers are there. Rejects when there is none: the error's code says why. */
  send(asked: Asked): Promise<IncomingMessage>;
  close(): void;
}

const CONNECT_MS = 15_000;
/** A model may think for long; providers send a sign of life meanwhile, where they stream. */
const SILENT_MS = 10 * 60_000;
const KEPT = { keepAlive: true, maxFreeSockets: 64, scheduling: 'lifo' } as const;

export function openUpstream(clock: Pick<Clock, 'after'>): Upstream {
  const plain = new HttpAgent(KEPT);
  const secure = new HttpsAgent({ ...KEPT, rejectUnauthorized: true });

  async function once(asked: Asked): Promise<Sent> {
    const { method, headers, body, signal } = asked;
    const url = new URL(asked.url);
    const options = { method, headers, signal };
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: secure })
        : httpRequest(url, { ...options, agent: plain });
    boundConnecting(request, clock);
    request.setTimeout(SILENT_MS, () => request.destroy(new Error('it was silent for too long')));
    return await new Promise((resolve) => {
      let answered = false;
      request.once('response', (answer) => {
        answered = true;
        resolve({ answer });
      });
      request.on('error', (error) => {
        // Once there is an answer, its own stream tells how it ends.
        if (!answered) resolve({ error, wasKept: request.reusedSocket });
      });
      request.end(body.length > 0 ? body : undefined);
    });
  }

  return {
    async send(asked) {
      const first = await once(asked);
      if ('answer' in first) return first.answer;
      // The other end closed a connection that nobody had used for long, at the moment when we did.
      const again =
        first.wasKept && isReset(first.error) && !asked.signal.aborted ? await once(asked) : first;
      if ('answer' in again) return again.answer;
      throw again.error;
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

type Sent =
  | { readonly answer: IncomingMessage }
  | { readonly error: Error; readonly wasKept: boolean };

function boundConnecting(request: ClientRequest, clock: Pick<Clock, 'after'>): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const late = (): void => void request.destroy(new Error('no connection came about'));
    const cancel = clock.after(CONNECT_MS, late);
    socket.once('connect', cancel);
    socket.once('close', cancel);
  });
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
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
