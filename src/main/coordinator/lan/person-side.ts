/**
 * People at the door: what they ask goes on to the API, which looks at their token. Before that it is seen to that a browser was not
 * made to ask by a page of somebody else, and that whoever tries tokens is soon not listened to.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Rejection } from '../../../shared/errors.ts';
import type { Refusals, Refused } from './refusals.ts';

/** The API as the door sees it: it looks at tokens, the door at Host and Origin before. */
export interface PeopleSide {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Answers what was refused, when it was. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Pick<Rejection, 'code'> | null;
}

export interface PersonDeps {
  /** What people ask; `null`: not ready yet. */
  readonly people: () => PeopleSide | null;
  /** Whether this PC is called so, by address or name. */
  readonly isOwnName: (name: string) => boolean;
}

export interface PersonSide {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Where only agents go. */
const FOR_AGENTS = /^\/(?:agent|enrol|renew)$|^\/(?:git|models|executables)(?:\/|$)/;

/** True for what a person asks: of others there is a certificate, or a place where only agents go. */
export function isPerson({ socket }: IncomingMessage, path: string): boolean {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined && !FOR_AGENTS.test(path);
}

export function createPersonSide(
  { people, isOwnName }: PersonDeps,
  refusals: Refusals,
): PersonSide {
  function refusal(request: IncomingMessage): Refused | null {
    if (refusals.isOut(request)) {
      const message = 'too many wrong tries from this address; try again in a minute';
      return { code: 'too_many_tries', message };
    }
    return foreign(request, isOwnName);
  }
  return {
    request(request, response) {
      const side = people();
      const refused = refusal(request) ?? (side ? null : STARTING);
      if (refused) return refusals.request(request, response, refused);
      response.once('finish', () => {
        if (response.statusCode === 401) refusals.wrongToken(request);
      });
      side?.handle(request, response);
    },
    upgrade(request, socket, head) {
      const side = people();
      const refused = refusal(request) ?? (side ? null : STARTING);
      if (refused) return refusals.upgrade(request, socket, refused);
      if (side?.upgrade(request, socket, head)?.code === 'unauthorized')
        refusals.wrongToken(request);
    },
  };
}

const STARTING: Refused = {
  code: 'not_now',
  message: 'the coordinator is starting; try again in a moment',
};

/** Why a page of somebody else, or a name that was bent to lead here, gets nothing. */
function foreign(
  { headers: { host = '', origin } }: IncomingMessage,
  isOwnName: (name: string) => boolean,
): Refused | null {
  const [, bracketed, plain = ''] =
    /^(?:\[([0-9a-f:.]+)\]|([^:]*))(?::\d+)?$/.exec(host.toLowerCase()) ?? [];
  if (!isOwnName(bracketed ?? plain)) {
    const message = `this PC does not know itself by the name ${JSON.stringify(host.slice(0, 200))}: use one of its addresses`;
    return { code: 'forbidden', message };
  }
  if (origin === undefined || origin === `https://${host}`) return null;
  const message = `pages of ${JSON.stringify(origin.slice(0, 200))} may not use this workshop`;
  return { code: 'forbidden', message };
}
