/**
 * Who may speak to the coordinator. Four gates, for REST and WebSockets alike: Host must be loopback (a rebound DNS name is not),
 * Origin, when there is one, must be our own page or the desktop app, the token must be that of the data folder or of somebody
 * who was let in, and its role must be enough for what is asked. The first two are the door's where a request comes by it.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { may, roleFor } from '../../../shared/access.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { Permission } from '../../../shared/operation.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { People, Person } from '../lan/people.ts';
import { OPENAPI_PATH } from './openapi-route.ts';

/** The origin of the desktop app's pages. */
export const APP_ORIGIN = 'app://ui';
/** The WebSocket subprotocol; a browser, which cannot set headers, adds `bearer.TOKEN` to it. */
export const SUBPROTOCOL = 'koubou';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whoever has the token of the data folder. */
const OWNER: Person = { role: 'admin', access: null, actor: 'user' };

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

export interface TokenDeps {
  /** The token of the data folder. */
  readonly token: string;
  readonly people: Pick<People, 'find'>;
}

/** Whose bearer token it is; refuses requests without one that counts. */
export function checkToken(
  headers: IncomingHttpHeaders,
  { token, people }: TokenDeps,
): Result<Person> {
  const given =
    /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? bearerOfSubprotocol(headers);
  if (given === undefined) {
    return fail(
      rejection(
        'unauthorized',
        'send the token of the data folder as "Authorization: Bearer TOKEN"',
      ),
    );
  }
  const person = same(given, token) ? OWNER : people.find(given);
  if (person) return ok(person);
  return fail(
    rejection(
      'unauthorized',
      'the token is not the one in the data folder of this coordinator, nor one that it gave out and that still counts',
    ),
  );
}

/** Refuses what the role of whoever asks is not enough for, and says which one is. */
export function checkRole(person: Person, permission: Permission): Rejection | null {
  const { role, access } = person;
  if (may(role, permission)) return null;
  const needed = roleFor(permission);
  const who = access ? `${JSON.stringify(access.name)} is` : 'you are';
  const message = `this needs the role ${needed}, and ${who} ${role === 'viewer' ? 'a' : 'an'} ${role}. Ask somebody who is an admin for a token with that role`;
  return rejection('forbidden', message, { role, needed });
}

/** What each route of the API needs, by `METHOD /url`. */
export function permissionsByRoute(
  urlOf: (path: string) => string,
): ReadonlyMap<string, Permission> {
  const all = Object.values(OPERATIONS);
  return new Map<string, Permission>([
    ...all.map(({ method, path, permission }) => [`${method} ${urlOf(path)}`, permission] as const),
    // It describes them all.
    [`GET ${OPENAPI_PATH}`, 'read'],
  ]);
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
