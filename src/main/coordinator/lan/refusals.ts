/** How the door says no: with a status, a code and a sentence; and in the log, but not as often as somebody wants. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { DoorCode } from '../../../shared/protocol/enrol.ts';
import { createLimiter } from './limiter.ts';

export interface Refused {
  readonly code: DoorCode;
  readonly message: string;
}

export interface Refusals {
  request(request: IncomingMessage, response: ServerResponse, refused: Refused): void;
  upgrade(request: IncomingMessage, socket: Duplex, refused: Refused): void;
  /** A connection that did not even come about. */
  connection(error: Error, address: string): void;
  /** A token that counts for nothing: so many of one address, and it is not listened to. */
  wrongToken(request: IncomingMessage): void;
  /** True for an address that was refused too often to be listened to. */
  isOut(request: IncomingMessage): boolean;
}

/** Wrong invitations and the like from one address in a minute, before it is not listened to. */
const MOST_WRONG = 20;
/** Refusals of one address that are written down in a minute. */
const MOST_WRITTEN = 5;

const STATUS: Readonly<Record<DoorCode, number>> = {
  certificate_missing: 401,
  certificate_expired: 401,
  certificate_refused: 401,
  not_a_member: 401,
  key_replaced: 401,
  invitation_refused: 401,
  invalid_input: 400,
  not_found: 404,
  forbidden: 403,
  too_many_tries: 429,
  not_now: 503,
};

export function createRefusals({ clock, log }: { clock: Clock; log: Logger }): Refusals {
  const wrong = createLimiter(MOST_WRONG, clock);
  const written = createLimiter(MOST_WRITTEN, clock);

  function note(address: string, about: object, message: string): void {
    if (written.isOut(address)) return;
    const isLast = written.strike(address) === MOST_WRITTEN;
    const more = isLast ? ' (further ones of this minute are not written down)' : '';
    log.warn({ address, ...about }, `${message}${more}`);
  }

  function noteRefusal(request: IncomingMessage, { code, message }: Refused): void {
    note(addressOf(request), { code, path: pathOf(request) }, `refused at the door: ${message}`);
  }

  return {
    request(request, response, refused) {
      wrong.strike(addressOf(request));
      noteRefusal(request, refused);
      answer(request, response, STATUS[refused.code], { error: refused });
    },
    upgrade(request, socket, refused) {
      noteRefusal(request, refused);
      refuseUpgrade(socket, refused);
    },
    wrongToken(request) {
      wrong.strike(addressOf(request));
      note(addressOf(request), { path: pathOf(request) }, 'refused at the door: a wrong token');
    },
    connection(error, address) {
      note(address, {}, `a TLS connection did not come about: ${reasonOf(error)}`);
    },
    isOut: (request) => wrong.isOut(addressOf(request)),
  };
}

export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object,
): void {
  const isGit = pathOf(request).startsWith('/git/') && 'error' in body;
  // Git shows plain text to whoever runs it.
  const text = isGit ? `${messageOf(body)}\n` : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': isGit ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    // Whoever is refused begins anew, and what is left of the body is not read; a certificate is used by a new connection.
    connection: 'close',
  });
  response.end(text);
}

function messageOf({ error }: { error?: unknown }): string {
  return typeof error === 'object' && error && 'message' in error ? String(error.message) : '';
}

function refuseUpgrade(socket: Duplex, refused: Refused): void {
  const body = JSON.stringify({ error: refused });
  // The other end may be gone already; there is nobody left to tell.
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${STATUS[refused.code]} Refused\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function reasonOf(error: Error): string {
  if (!('code' in error) || typeof error.code !== 'string') return error.message;
  const known: Readonly<Record<string, string>> = {
    ERR_SSL_UNSUPPORTED_PROTOCOL: 'it does not speak TLS 1.3',
    ERR_SSL_HTTP_REQUEST: 'it spoke plain HTTP',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it did not speak TLS',
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not know the authority of this workshop',
    'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': 'it refused our certificate',
    ECONNRESET: 'it hung up',
  };
  return known[error.code] ?? `${error.message} (${error.code})`;
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}

export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split(/[?#]/, 1)[0] ?? '/';
}
