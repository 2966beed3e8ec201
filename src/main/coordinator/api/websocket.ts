/**
 * `/ws`: live state and terminals for clients. Nothing is kept per client but a place in the log: what a client has not
 * taken yet is read again from the journal when it takes more, so a slow one costs no memory. One that takes nothing for
 * STALLED_MS is cut off; it may come back and go on from where it was.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Clock } from '../../../shared/clock.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import { FromClient, type ToClient } from '../../../shared/protocol/client.ts';
import type { Fleet } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings } from '../terminal/port.ts';
import { invalidInput } from './answer.ts';
import { SUBPROTOCOL } from './auth.ts';
import { createOutputs } from './outputs.ts';

/** Unsent bytes above which a client gets nothing more until it took some. */
const FULL_BYTES = 1024 * 1024;
const PAGE_EVENTS = 200;
const STALLED_MS = 30_000;
/** The largest message a client has reason to send. */
const MOST_FRAME_BYTES = 16 * 1024;

export interface ClientsDeps {
  readonly journal: Journal;
  readonly recordings: Recordings;
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Clients {
  /** Takes an upgrade request whose Host, Origin and token were checked. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function createClients(deps: ClientsDeps): Clients {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  return {
    take(request, socket, head) {
      server.handleUpgrade(request, socket, head, (client) => serveClient(client, deps));
    },
    close() {
      for (const client of server.clients) client.close(1001, 'the coordinator is closing');
      server.close();
    },
  };
}

function serveClient(socket: WebSocket, deps: ClientsDeps): void {
  const { journal, fleet, clock, log } = deps;
  // The last event sent; `null` before `subscribe`.
  let cursor: number | null = null;
  let endings: (() => void)[] = [];
  let cancelStall: (() => void) | null = null;

  /** Sends, and goes on with the log when the socket took it. */
  function send(message: ToClient | Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(message instanceof Uint8Array ? message : JSON.stringify(message), taken);
    if (isFull()) cancelStall ??= clock.after(STALLED_MS, cutOff);
  }

  function taken(error?: Error | null): void {
    if (error || isFull()) return;
    cancelStall?.();
    cancelStall = null;
    pump();
  }

  function isFull(): boolean {
    return socket.bufferedAmount >= FULL_BYTES;
  }

  function cutOff(): void {
    log.info('a client that does not read was cut off');
    socket.terminate();
  }

  /** Sends events from the journal until the client has all, or enough for now. */
  function pump(): void {
    while (cursor !== null && cursor < journal.seq() && !isFull() && socket.readyState === socket.OPEN) {
      const events = journal.eventsAfter(cursor, PAGE_EVENTS);
      if (!advance(events)) return;
    }
  }

  function advance(events: readonly StoredEvent[]): boolean {
    const last = events.at(-1);
    if (!last) return false;
    cursor = last.seq;
    send({ type: 'events', events: [...events] });
    return true;
  }

  function refuse(error: Rejection): void {
    // A client that only sends nonsense and reads nothing must not fill memory with our answers.
    if (isFull()) return cutOff();
    send({ type: 'error', error });
  }

  function subscribe(after: number | undefined): void {
    const first = cursor === null;
    // A place beyond the end is one of another data folder: begin anew.
    if (after === undefined || after > journal.seq()) {
      const snapshot = journal.snapshot();
      cursor = snapshot.seq;
      send({ type: 'snapshot', snapshot });
    } else {
      cursor = after;
    }
    pump();
    if (!first) return;
    endings.push(
      journal.subscribe((events) => {
        // The usual case needs no read: the client stands right before what was just committed.
        if (cursor !== null && events[0]?.seq === cursor + 1 && !isFull()) advance(events);
        else pump();
      }),
      fleet.onVitals((vitals) => {
        if (!isFull()) send({ type: 'vitals', vitals });
      }),
    );
    const vitals = journal.agents().flatMap(({ id }) => {
      const load = fleet.vitals(id);
      return load ? [{ agentId: id, vitals: load }] : [];
    });
    if (vitals.length > 0) send({ type: 'vitals', vitals });
  }

  const outputs = createOutputs({ journal: deps.journal, recordings: deps.recordings, send, refuse });

  function onMessage(message: FromClient): void {
    if (message.type === 'subscribe') return subscribe(message.after);
    return outputs.handle(message);
  }

  socket.on('message', (data, isBinary) => {
    const message = isBinary ? rejection('invalid_input', 'clients send JSON text only') : parse(data);
    if ('code' in message) return refuse(message);
    try {
      onMessage(message);
    } catch (error) {
      log.error({ err: error }, 'a client message could not be handled');
      refuse(rejection('internal', 'the coordinator had an error of its own; its log has more'));
    }
  });
  socket.on('close', () => {
    cancelStall?.();
    for (const end of endings) end();
    endings = [];
    outputs.close();
  });
  // Too large a message and the like: `ws` closes the socket by itself afterwards.
  socket.on('error', (error) => log.info({ err: error }, 'client connection'));
}

function parse(data: RawData): FromClient | Rejection {
  let value: unknown;
  try {
    value = JSON.parse(String(data));
  } catch {
    return rejection('invalid_input', 'a message is not JSON');
  }
  const parsed = FromClient.safeParse(value);
  return parsed.success ? parsed.data : invalidInput(parsed.error);
}
