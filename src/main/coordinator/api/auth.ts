/**
 * Who may speak to the coordinator. Three gates, for REST and WebSockets alike:
 * Host must be loopback (a rebound DNS name is not), Origin, when there is one, must be our own page or the
 * desktop app, and the token must be that of the data folder.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { rejection, type Rejection } from '../../../shared/errors.ts';

/** The origin of the desktop app's pages. */
export const APP_ORIGIN = 'app://ui';
/** The WebSocket subprotocol; a browser, which cannot set headers, adds `bearer.TOKEN` to it. */
export const SUBPROTOCOL = 'koubou';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Refuses requests that a foreign page made a browser send. */
export function checkOrigin(headers: IncomingHttpHeaders): Rejection | null {
  const { host, origin } = headers;
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  if (name === undefined || !LOOPBACK.has(name)) {
    return rejection(
      'forbidden',
      'this address is for this PC only: use http://127.0.0.1 or http://localhost',
    );
  }
  if (origin === undefined || origin === APP_ORIGIN || origin === `http://${host}`) return null;
  return rejection('forbidden', `pages of ${printable(origin)} may not use this workshop`);
}

/** Refuses requests without the right bearer token. */
export function checkToken(headers: IncomingHttpHeaders, token: string): Rejection | null {
  const given =
    /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? bearerOfSubprotocol(headers);
  if (given === undefined) {
    return rejection(
      'unauthorized',
      'send the token of the data folder as "Authorization: Bearer TOKEN"',
    );
  }
  if (same(given, token)) return null;
  return rejection(
    'unauthorized',
    'the token is not the one in the data folder of this coordinator',
  );
}

function bearerOfSubprotocol(headers: IncomingHttpHeaders): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) return undefined;
  return offered.find((name) => name.startsWith('bearer.'))?.slice('bearer.'.length);
}

/** Compares digests of equal length, so that time tells nothing about the secret, not even its length. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
