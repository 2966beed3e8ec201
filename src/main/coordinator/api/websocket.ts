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
import { may, type AccessId } from '../../../shared/access.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import { FromClient, type ToClient } from '../../../shared/protocol/client.ts';
import type { Fleet } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';
import type { People, Person } from '../lan/people.ts';
import type { Recordings } from '../terminal/port.ts';
import { invalidInput } from './answer.ts';
import { SUBPROTOCOL } from './auth.ts';
import type { OwnConditions } from './conditions.ts';
import { createConsoleClient, type Session } from './console-client.ts';
import type { ConsoleDeps } from './consoles.ts';
import type { HostDeps } from './hosts.ts';
import { createOutputs, type Outputs } from './outputs.ts';
import { inParts } from './snapshot-parts.ts';

/** Unsent bytes above which a client gets nothing more until it took some. */
const FULL_BYTES = 1024 * 1024;
const PAGE_EVENTS = 200;
const STALLED_MS = 30_000;
/** Why a socket is closed whose token counts no more: of the numbers that are left to programs. */
const ENDED = 4_401;
/** The largest message a client has reason to send. */
const MOST_FRAME_BYTES = 16 * 1024;

export interface ClientsDeps extends Pick<HostDeps, 'provisioner' | 'rollouts'>, ConsoleDeps {
  readonly journal: Journal;
  readonly recordings: Recordings;
  readonly fleet: Fleet;
  readonly conditions: OwnConditions;
  readonly people: Pick<People, 'onEnd'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Clients {
  /** Takes an upgrade request whose Host, Origin and token were checked. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, person: Person): void;
  close(): void;
}

export function createClients(deps: ClientsDeps): Clients {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const byAccess = new Map<AccessId, Set<WebSocket>>();
  const stopHearing = deps.people.onEnd((id) => {
    for (const client of byAccess.get(id) ?? []) client.close(ENDED, 'the token counts no more');
  });
  return {
    take(request, socket, head, person) {
      server.handleUpgrade(request, socket, head, (client) => {
        if (person.access) keepUnder(byAccess, person.access.id, client);
        return new ClientSession(client, deps, person);
      });
    },
    close() {
      stopHearing();
      for (const client of server.clients) client.close(1001, 'the coordinator is closing');
      server.close();
    },
  };
}

function keepUnder(byAccess: Map<AccessId, Set<WebSocket>>, id: AccessId, client: WebSocket): void {
  const mine = byAccess.get(id) ?? new Set();
  byAccess.set(id, mine.add(client));
  client.once('close', () => {
    mine.delete(client);
    if (mine.size === 0 && byAccess.get(id) === mine) byAccess.delete(id);
  });
}

class ClientSession {
  readonly #socket: WebSocket;
  readonly #deps: ClientsDeps;
  readonly #outputs: Outputs;
  readonly #consoles: Session;
  /** The last event sent; `null` before `subscribe`. */
  #cursor: number | null = null;
  #endings: (() => void)[] = [];
  #cancelStall: (() => void) | null = null;

  readonly #person: Person;

  constructor(socket: WebSocket, deps: ClientsDeps, person: Person) {
    this.#person = person;
    this.#socket = socket;
    this.#deps = deps;
    const { journal, recordings, log } = deps;
    const send = (message: ToClient | Uint8Array): void => this.#send(message);
    this.#outputs = createOutputs({
      journal,
      recordings,
      send,
      refuse: (error) => this.#refuse(error),
    });
    this.#consoles = createConsoleClient({
      ...deps,
      send,
      person,
      refuse: (error) => this.#refuse(error),
    });
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('close', () => this.#onClose());
    // Too large a message and the like: `ws` closes the socket by itself afterwards.
    socket.on('error', (error) => log.info({ err: error }, 'client connection'));
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (isBinary && Buffer.isBuffer(data)) return this.#consoles.bytes(data);
    const message = Buffer.isBuffer(data) ? parse(data) : NOT_TEXT;
    if ('code' in message) return this.#refuse(message);
    try {
      if (message.type === 'subscribe') this.#subscribe(message.after);
      else if (isOutput(message)) this.#outputs.handle(message);
      else this.#consoles.handle(message);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a client message could not be handled');
      this.#refuse(
        rejection('internal', 'the coordinator had an error of its own; its log has more'),
      );
    }
  }

  #subscribe(after: number | undefined): void {
    const { journal, fleet, conditions } = this.#deps;
    const isFirst = this.#cursor === null;
    // A place beyond the end is one of another data folder: begin anew.
    if (after === undefined || after > journal.seq()) {
      const snapshot = journal.snapshot();
      this.#cursor = snapshot.seq;
      for (const message of inParts(snapshot)) this.#send(message);
    } else {
      this.#cursor = after;
    }
    this.#pump();
    if (!isFirst) return;
    this.#endings.push(
      journal.subscribe((events) => this.#onCommit(events)),
      fleet.onVitals((vitals) => {
        if (!this.#isFull()) this.#send({ type: 'vitals', vitals });
      }),
    );
    this.#endings.push(conditions.onChange(() => this.#sendConditions()));
    this.#watchHosts();
    this.#endings.push(this.#consoles.follow());
    this.#sendConditions();
    const vitals = journal.agents().flatMap(({ id }) => {
      const load = fleet.vitals(id);
      return load ? [{ agentId: id, vitals: load }] : [];
    });
    if (vitals.length > 0) this.#send({ type: 'vitals', vitals });
  }

  #watchHosts(): void {
    const { provisioner, rollouts } = this.#deps;
    // As in REST: what is asked about a host, and answered, is for admins.
    if (may(this.#person.role, 'admin')) {
      for (const provisioning of provisioner.list())
        this.#send({ type: 'provisioning', provisioning });
      this.#endings.push(
        provisioner.onChange((provisioning) => this.#send({ type: 'provisioning', provisioning })),
      );
    }
    this.#send({ type: 'rollout', rollout: rollouts.get() });
    this.#endings.push(rollouts.onChange((rollout) => this.#send({ type: 'rollout', rollout })));
  }

  #sendConditions(): void {
    // A client that takes nothing gets them with its next subscription, or is cut off.
    if (!this.#isFull())
      this.#send({ type: 'conditions', conditions: [...this.#deps.conditions.list()] });
  }

  #onCommit(events: readonly StoredEvent[]): void {
    // The usual case needs no read: the client stands right before what was just committed.
    const isNext = this.#cursor !== null && events[0]?.seq === this.#cursor + 1;
    if (isNext && !this.#isFull()) this.#advance(events);
    else this.#pump();
  }

  /** Sends events from the journal until the client has all, or enough for now. */
  #pump(): void {
    const { journal } = this.#deps;
    while (
      this.#cursor !== null &&
      this.#cursor < journal.seq() &&
      !this.#isFull() &&
      this.#isOpen()
    ) {
      if (!this.#advance(journal.eventsAfter(this.#cursor, PAGE_EVENTS))) return;
    }
  }

  #advance(events: readonly StoredEvent[]): boolean {
    const last = events.at(-1);
    if (!last) return false;
    this.#cursor = last.seq;
    this.#send({ type: 'events', events: [...events] });
    return true;
  }

  #send(message: ToClient | Uint8Array): void {
    if (!this.#isOpen()) return;
    const data = message instanceof Uint8Array ? message : JSON.stringify(message);
    this.#socket.send(data, (error) => {
      if (!error) this.#onTaken();
    });
    if (this.#isFull())
      this.#cancelStall ??= this.#deps.clock.after(STALLED_MS, () => this.#cutOff());
  }

  /** The socket took a message: it goes on with the log where it had to stop. */
  #onTaken(): void {
    if (this.#isFull()) return;
    this.#cancelStall?.();
    this.#cancelStall = null;
    this.#pump();
  }

  #refuse(error: Rejection): void {
    // A client that only sends nonsense and reads nothing must not fill memory with our answers.
    if (this.#isFull()) return this.#cutOff();
    this.#send({ type: 'error', error });
  }

  #cutOff(): void {
    this.#deps.log.info('a client that does not read was cut off');
    this.#socket.terminate();
  }

  #isFull(): boolean {
    return this.#socket.bufferedAmount >= FULL_BYTES;
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #onClose(): void {
    this.#cancelStall?.();
    for (const end of this.#endings) end();
    this.#endings = [];
    this.#outputs.close();
    this.#consoles.close();
  }
}

function isOutput(
  message: FromClient,
): message is Extract<FromClient, { type: `output_${string}` }> {
  return message.type.startsWith('output_');
}

const NOT_TEXT = rejection('invalid_input', 'clients send JSON text only');

function parse(data: Buffer): FromClient | Rejection {
  let value: unknown;
  try {
    value = JSON.parse(data.toString());
  } catch {
    return rejection('invalid_input', 'a message is not JSON');
  }
  const parsed = FromClient.safeParse(value);
  return parsed.success ? parsed.data : invalidInput(parsed.error);
}
