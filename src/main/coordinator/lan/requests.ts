/**
 * What is answered at the door to the LAN. An agent of this workshop, by its certificate, may open its link, use git, ask models and
 * fetch executables; one whose certificate has run out may have a new one; an invited PC may join; GitHub may tell what changed there.
 * Whoever comes without a certificate and asks for what is no agent's is a person: their token is looked at by the API. Everything
 * else is refused in a sentence, and nothing of it is read.
 */
import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import { REJECTIONS, type Rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import {
  JoinRequest,
  RenewRequest,
  type DoorCode,
  type JoinAnswer,
  type Signed,
} from '../../../shared/protocol/enrol.ts';
import type { Result } from '../../../shared/result.ts';
import type { Enrolments } from '../fleet/identity/enrolments.ts';
import { memberOf } from '../fleet/identity/members.ts';
import type { Journal } from '../journal/port.ts';
import { HOOK_PATH } from '../forge/github/sync/webhook.ts';
import { createPersonSide, isPerson, type PersonDeps } from './person-side.ts';
import { answer, pathOf, type Refusals, type Refused } from './refusals.ts';

export interface RequestDeps extends PersonDeps {
  readonly journal: Pick<Journal, 'agent'>;
  readonly enrolments: Pick<Enrolments, 'renew'>;
  /** Lets an invited PC in. */
  readonly join: (request: JoinRequest) => Promise<Result<JoinAnswer>>;
  readonly agents: (request: IncomingMessage, socket: Duplex, head: Buffer, id: AgentId) => void;
  readonly git: (request: IncomingMessage, response: ServerResponse, id: AgentId) => void;
  readonly models: (request: IncomingMessage, response: ServerResponse, id: AgentId) => void;
  readonly executables: (request: IncomingMessage, response: ServerResponse) => void;
  /** `/webhooks/github`: whoever signs what it sends. */
  readonly webhook: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told whose connection it is, at each request that was let in. */
  readonly onMember: (id: AgentId, socket: Duplex, kind: 'link' | 'request') => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Requests {
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

const MOST_BODY = 16 * 1024;
/** A sender of so little that is silent for so long is not waited for. */
const SILENT_MS = 10_000;

/** @param authority the certificate of the workshop's authority, PEM */
export function createRequests(deps: RequestDeps, authority: string, refusals: Refusals): Requests {
  const { journal, clock, log } = deps;
  const members = { journal, authority: new X509Certificate(authority), now: () => clock.now() };

  function member({ socket }: IncomingMessage, renewing: boolean): Result<AgentId, Refused> {
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    return memberOf(certificate, members, renewing);
  }

  const person = createPersonSide(deps, refusals);

  async function renew(id: AgentId, { request }: RenewRequest): Promise<Result<Signed>> {
    const renewed = await deps.enrolments.renew(id, request);
    if (renewed.ok) log.info({ agent: id }, 'an agent whose certificate had run out has a new one');
    return renewed;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const call = { request, response, refusals };
    if (path === '/enrol' && request.method === 'POST')
      return await certify(call, JoinRequest, deps.join);
    if (path === HOOK_PATH) return deps.webhook(request, response);
    if (isPerson(request, path)) return person.request(request, response);
    const isRenewal = path === '/renew' && request.method === 'POST';
    const who = member(request, isRenewal);
    if (!who.ok) return refusals.request(request, response, who.error);
    const id = who.value;
    deps.onMember(id, request.socket, 'request');
    if (isRenewal) return await certify(call, RenewRequest, async (body) => await renew(id, body));
    if (path.startsWith('/git/')) return deps.git(request, response, id);
    if (path.startsWith('/models/')) return deps.models(request, response, id);
    if (path.startsWith('/executables/')) return deps.executables(request, response);
    const message = 'there is nothing here for an agent';
    return refusals.request(request, response, { code: 'not_found', message });
  }

  return {
    handle(request, response) {
      handle(request, response).catch((error: unknown) => {
        log.error({ err: error, path: pathOf(request) }, 'a request at the door failed');
        if (response.headersSent) return void response.destroy();
        const message = 'the coordinator had an error of its own; its log has more';
        return answer(request, response, 500, { error: { code: 'not_now', message } });
      });
    },
    upgrade(request, socket, head) {
      if (isPerson(request, pathOf(request))) return person.upgrade(request, socket, head);
      const who = member(request, false);
      if (!who.ok) return refusals.upgrade(request, socket, who.error);
      if (pathOf(request) !== '/agent')
        return refusals.upgrade(request, socket, {
          ...{ code: 'not_found', message: 'agents connect at /agent' },
        });
      deps.onMember(who.value, socket, 'link');
      return deps.agents(request, socket, head, who.value);
    },
  };
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly refusals: Refusals;
}

/** What an invited PC, or one whose certificate has run out, asks: a certificate. */
async function certify<T>(
  { request, response, refusals }: Call,
  schema: z.ZodType<T>,
  ask: (body: T) => Promise<Result<object>>,
): Promise<void> {
  if (refusals.isOut(request)) {
    const message = 'too many wrong tries from this address; try again in a minute';
    return refusals.request(request, response, { code: 'too_many_tries', message });
  }
  request.setTimeout(SILENT_MS, () => request.destroy());
  const body = schema.safeParse(await readJson(request));
  if (!body.success) {
    const message = `what was sent is not as agreed: ${body.error.issues[0]?.message ?? ''}`;
    return refusals.request(request, response, { code: 'invalid_input', message });
  }
  const done = await ask(body.data);
  if (done.ok) return answer(request, response, 200, done.value);
  const { message } = done.error;
  return refusals.request(request, response, { code: codeOf(done.error), message });
}

const CODE_OF: Partial<Record<Rejection['code'], DoorCode>> = {
  unauthorized: 'invitation_refused',
  not_found: 'not_a_member',
};

function codeOf({ code }: Rejection): DoorCode {
  const known = CODE_OF[code];
  if (known) return known;
  return REJECTIONS[code] < 500
    ? code === 'forbidden'
      ? 'forbidden'
      : 'invalid_input'
    : 'not_now';
}

/** Too large or no JSON: `undefined`, which no schema takes. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Left early, the rest is still read away by the server: the answer goes out over the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) return undefined;
    size += chunk.length;
    if (size > MOST_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
