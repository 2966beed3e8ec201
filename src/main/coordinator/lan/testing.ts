/** For tests of this folder: a door on loopback with a real journal and real TLS, and PCs that knock at it. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AgentProfile } from '../../../shared/domain/agent.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { COORDINATOR_NAME } from '../../../shared/protocol/enrol.ts';
import { createInvitations, type Invitations } from '../fleet/identity/invitations.ts';
import {
  openTestWorkshop,
  valueOf,
  type Pc,
  type TestWorkshop,
} from '../fleet/identity/testing.ts';
import { createDoor, type Door } from './door.ts';

export interface TestDoor extends TestWorkshop {
  readonly door: Door;
  readonly port: number;
  readonly invitations: Invitations;
  /** What was handed on: `agent atelier`, `git atelier`, `executables`. */
  readonly let: string[];
  /** A new invitation. */
  invite(): Promise<string>;
}

export async function openTestDoor(): Promise<TestDoor> {
  const workshop = openTestWorkshop();
  const { identity, journal, clock, logger } = workshop;
  const letIn: string[] = [];
  const door: Door = createDoor({
    ...{ host: '127.0.0.1', port: 0, journal, clock, log: logger, ...identity },
    join: async (request) => await invitations.accept(request),
    agents(_, socket, __, id: AgentId) {
      letIn.push(`agent ${id}`);
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n',
      );
    },
    git(_, response, id) {
      letIn.push(`git ${id}`);
      response.writeHead(200).write('begun');
      // Goes on until somebody ends it.
    },
    models(_, response, id) {
      letIn.push(`models ${id}`);
      response.end('models');
    },
    people: () => ({
      handle(request, response) {
        letIn.push(`person ${request.url ?? ''}`);
        response.writeHead(request.headers.authorization === 'Bearer right' ? 200 : 401).end('{}');
      },
      upgrade(request, socket) {
        letIn.push(`person ${request.url ?? ''}`);
        socket.end('HTTP/1.1 401 Refused\r\nconnection: close\r\n\r\n');
        return { code: 'unauthorized' };
      },
    }),
    webhook: (_, response) => void response.writeHead(418).end('webhook'),
    executables(_, response) {
      letIn.push('executables');
      response.end('executable');
    },
  });
  const invitations = createInvitations({
    ...{ ...identity, clock },
    openDoor: async () => ({ ok: true, value: valueOf(await door.open()).origin }),
  });
  const { port } = valueOf(await door.open());
  return {
    ...{ ...workshop, door, port, invitations, let: letIn },
    async invite() {
      return valueOf(await invitations.create({ profile: AgentProfile.parse({}) })).token;
    },
    async close() {
      await door.close();
      await workshop.close();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly text: string;
}

export interface Knock {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly tls?: ConnectionOptions;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who knocks, and what it knows of the door. */
export async function tlsOf(
  { authority }: Pick<TestDoor, 'authority'>,
  pc?: Pc,
  certificate?: string,
): Promise<ConnectionOptions> {
  const mine = pc && certificate !== undefined ? { key: pc.key, cert: certificate } : {};
  return { ca: (await authority()).pem, servername: COORDINATOR_NAME, ...mine };
}

/** One request; what comes back, or the error's code. */
export async function knock(
  port: number,
  { method = 'GET', path = '/', body, tls, headers }: Knock,
): Promise<Answer> {
  const request = httpsRequest({
    ...{ ...tls, host: '127.0.0.1', port, method, path, agent: false },
    ...(headers && { headers }),
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  return await answered(request);
}

/** The answer to an upgrade request: the socket, or the refusal. */
export async function dial(
  port: number,
  tls: ConnectionOptions,
  path = '/agent',
): Promise<Answer | Duplex> {
  const headers = { connection: 'upgrade', upgrade: 'websocket' };
  const request = httpsRequest({ ...tls, host: '127.0.0.1', port, path, headers, agent: false });
  const { promise, resolve } = Promise.withResolvers<Duplex>();
  request.once('upgrade', (_, socket) => resolve(socket));
  request.end();
  return await Promise.race([promise, answered(request)]);
}

async function answered(request: ReturnType<typeof httpsRequest>): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage | Error>();
  request.once('response', resolve).once('error', resolve);
  const response = await promise;
  if (response instanceof Error) {
    const code = 'code' in response ? String(response.code) : '';
    return { status: 0, code, message: response.message, text: '' };
  }
  let text = '';
  try {
    for await (const part of response) text += String(part);
  } catch {
    text += ' (cut off)';
  }
  return { status: response.statusCode ?? 0, text, ...refusalIn(text) };
}

function refusalIn(text: string): { code: string; message: string } {
  const [, code = '', message = ''] =
    /"code":"([^"]*)","message":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return { code, message };
}

/** A bare TLS connection. */
export async function reach(port: number, tls: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ ...tls, host: '127.0.0.1', port });
  await once(socket, 'secureConnect');
  return socket;
}
