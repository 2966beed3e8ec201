/**
 * The live connection to the coordinator (`/ws`): opens, subscribes from the last event that was seen, and opens again
 * with growing pauses when it breaks. What arrives goes through `inbox.ts`. Owned by `session.ts`.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FromClient } from '../../shared/protocol/client.ts';
import type { Address } from './call.ts';
import { createInbox, type InboxHandlers } from './inbox.ts';

export interface SocketHandlers extends InboxHandlers {
  onOpen(): void;
  onClose(): void;
}

export interface Socket {
  send(message: FromClient): void;
  sendBytes(data: Uint8Array<ArrayBuffer>): void;
  /** Tries at once when it waits for its next try. */
  wake(): void;
  close(): void;
}

export interface SocketDeps {
  readonly address: Address;
  /** The last event that was applied, or `undefined` for a snapshot. */
  readonly after: () => number | undefined;
  readonly clock: Clock;
  /** Schedules a run with the next frame; the answer cancels it. */
  readonly nextFrame: (run: () => void) => () => void;
  readonly open: (url: string, protocols: string[]) => LiveSocket;
}

/** The part of a WebSocket that is used. */
export type LiveSocket = Pick<
  WebSocket,
  'binaryType' | 'readyState' | 'send' | 'close' | 'addEventListener'
>;

/** `readyState` of an open socket. */
const OPEN = 1;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export function openSocket(deps: SocketDeps, handlers: SocketHandlers): Socket {
  const { address, clock } = deps;
  const inbox = createInbox({ ...deps, handlers });
  let socket: LiveSocket | null = null;
  let pause = FIRST_PAUSE_MS;
  let cancelRetry = (): void => {};
  let closed = false;

  function connect(): void {
    const url = `${address.url.replace(/^http/, 'ws')}/ws`;
    const current = deps.open(url, ['koubou', `bearer.${address.token}`]);
    current.binaryType = 'arraybuffer';
    socket = current;
    current.addEventListener('open', () => {
      pause = FIRST_PAUSE_MS;
      const after = deps.after();
      send(after === undefined ? { type: 'subscribe' } : { type: 'subscribe', after });
      handlers.onOpen();
    });
    current.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (socket === current) inbox.receive(event.data);
    });
    current.addEventListener('close', () => {
      if (socket !== current) return;
      socket = null;
      inbox.flush();
      // What was not read to its end comes again.
      inbox.drop();
      handlers.onClose();
      cancelRetry = clock.after(pause, connect);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    });
  }

  function send(message: FromClient): void {
    // Not open: what is watched is asked for again when it opens.
    if (socket?.readyState === OPEN) socket.send(JSON.stringify(message));
  }

  connect();
  return {
    send,
    sendBytes(data) {
      if (socket?.readyState === OPEN) socket.send(data);
    },
    wake() {
      pause = FIRST_PAUSE_MS;
      if (closed || socket) return;
      cancelRetry();
      connect();
    },
    close() {
      if (closed) return;
      closed = true;
      cancelRetry();
      inbox.drop();
      const last = socket;
      // Forgotten first: its end is no loss of connection.
      socket = null;
      last?.close();
    },
  };
}
