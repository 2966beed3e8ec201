/**
 * The one opening to the LAN: a TLS 1.3 server for agents of other PCs, and for people with a token. It is closed until it is
 * needed: told at the start, a first invitation, a link for a person, or an agent of another PC that is a member. Its certificate is made anew when this PC's addresses change;
 * what an agent that is removed, or enrolled with another key, has open here, is ended at once.
 */
import { createServer, type Server } from 'node:https';
import { isIPv6, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Authority } from '../fleet/identity/authority.ts';
import type { Journal } from '../journal/port.ts';
import { ownAddresses } from './addresses.ts';
import { createRefusals } from './refusals.ts';
import { createRequests, type RequestDeps } from './requests.ts';
import { createServerCertificate } from './server-certificate.ts';
import { createVisitors, type Visitors } from './visitors.ts';

/** Where the door is. */
export interface DoorAddress {
  /** The likeliest address that others find it by: `https://192.168.1.5:8443`. */
  readonly origin: string;
  readonly port: number;
  /** All addresses of this PC that it is open on, the likeliest first. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate that it shows. */
  readonly fingerprint: string;
}

export interface Door {
  /** Opens it, if it is not open. The error says what to do. */
  open(): Promise<Result<DoorAddress>>;
  /** Opens it, and goes on trying until that is possible. */
  keepOpen(): Promise<Result<DoorAddress>>;
  /** `null` while it is closed. */
  address(): DoorAddress | null;
  close(): Promise<void>;
}

export interface DoorDeps extends Omit<RequestDeps, 'onMember' | 'isOwnName'> {
  /** `0.0.0.0` for all; a port of 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  readonly journal: Pick<Journal, 'agent' | 'subscribe'>;
  readonly authority: () => Promise<Result<Authority>>;
  readonly clock: Clock;
  readonly log: Logger;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** More connections than a thousand agents with their gits ever have. */
const MOST_CONNECTIONS = 5_000;

export function createDoor(deps: DoorDeps): Door {
  const { clock, log } = deps;
  const visitors = createVisitors(deps);
  let opening: Promise<Result<OpenDoor>> | null = null;
  let current: OpenDoor | null = null;
  let cancelRetry = (): void => {};
  let closed = false;

  async function open(): Promise<Result<DoorAddress>> {
    if (closed) return fail(rejection('shutting_down', 'the coordinator is closing'));
    opening ??= openServer(deps, visitors);
    const result = await opening;
    if (result.ok) current = result.value;
    else opening = null;
    return result.ok ? ok(result.value.address()) : result;
  }

  async function keepOpen(pauseMs = FIRST_PAUSE_MS): Promise<Result<DoorAddress>> {
    const result = await open();
    if (result.ok || closed) return result;
    log.warn({ againMs: pauseMs }, result.error.message);
    const next = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    cancelRetry();
    cancelRetry = clock.after(pauseMs, () => void keepOpen(next));
    return result;
  }

  return {
    open,
    keepOpen: async () => await keepOpen(),
    address: () => current?.address() ?? null,
    async close() {
      closed = true;
      cancelRetry();
      visitors.close();
      const result = await opening;
      if (result?.ok) await result.value.close();
    },
  };
}

interface OpenDoor {
  address(): DoorAddress;
  close(): Promise<void>;
}

async function openServer(deps: DoorDeps, visitors: Visitors): Promise<Result<OpenDoor>> {
  const { host, log } = deps;
  const authority = await deps.authority();
  if (!authority.ok) return authority;
  const certificate = await createServerCertificate(authority.value, deps);
  const refusals = createRefusals(deps);
  const { pem } = authority.value;
  const own = { onMember: visitors.add, isOwnName: certificate.isFor };
  const requests = createRequests({ ...deps, ...own }, pem, refusals);
  const server = createServer(
    {
      ...certificate.context(),
      requestCert: true,
      // Looked at per request, so that whoever is refused is told why; and an invited PC has none yet.
      rejectUnauthorized: false,
      handshakeTimeout: 10_000,
      headersTimeout: 15_000,
      // A push over a slow line may take long.
      requestTimeout: 0,
    },
    requests.handle,
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.on('upgrade', requests.upgrade);
  server.on('tlsClientError', (error, socket) =>
    refusals.connection(error, socket.remoteAddress ?? 'unknown'),
  );
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    if (socket instanceof Socket) certificate.reachedAt(socket.localAddress);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = await listen(server, deps);
  if (!listening.ok) return listening;
  const port = listening.value;
  const stop = certificate.watch((context) => server.setSecureContext(context));
  const address = (): DoorAddress => ({
    ...addressOf(host, port),
    fingerprint: certificate.fingerprint(),
  });
  log.info({ ...address() }, 'the door to the LAN is open');
  return ok({
    address,
    async close() {
      stop();
      await new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      });
    },
  });
}

function addressOf(host: string, port: number): Omit<DoorAddress, 'fingerprint'> {
  const isAny = host === '0.0.0.0' || host === '::';
  const addresses = isAny ? ownAddresses().lan : [host];
  const [first = '127.0.0.1'] = addresses;
  return { origin: `https://${isIPv6(first) ? `[${first}]` : first}:${port}`, port, addresses };
}

async function listen(server: Server, { host, port }: DoorDeps): Promise<Result<number>> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    return fail(rejection('agent_unavailable', whyNot(error, host, port)));
  }
  const address = server.address();
  return ok(typeof address === 'object' && address ? address.port : port);
}

function whyNot(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const how = 'with --lan HOST:PORT, or in config.yaml as lan: { port: 8444 }';
  if (code === 'EADDRINUSE') {
    return `the door to the LAN cannot be opened: port ${port} on ${host} is taken by another program. End that, or give another port ${how}`;
  }
  if (code === 'EACCES') {
    return `the door to the LAN cannot be opened: this user may not listen on port ${port}. Give one above 1023 ${how}`;
  }
  if (code === 'EADDRNOTAVAIL') {
    return `the door to the LAN cannot be opened: ${host} is no address of this PC. Give one of its own ${how}`;
  }
  return `the door to the LAN cannot be opened on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`;
}
