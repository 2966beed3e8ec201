/**
 * The live connection to the coordinator (`/ws`): opens, subscribes from the last event that was seen, and opens again
 * with growing pauses when it breaks. What arrives is handed on in one batch per frame. Owned by `session.ts`.
 */
import type { Clock } from '../../shared/clock.ts';
import { ToClient, type FromClient } from '../../shared/protocol/client.ts';
import { decodeConsole, isConsoleFrame, type ConsoleFrame } from '../../shared/protocol/console.ts';
import { decodeOutput, type OutputFrame } from '../../shared/protocol/output.ts';
import type { Address } from './call.ts';

export type LiveMessage = Exclude<ToClient, { type: 'output_end' }>;
export type OutputMessage =
  | { readonly type: 'bytes'; readonly frame: OutputFrame }
  | Extract<ToClient, { type: 'output_end' }>;

export interface SocketHandlers {
  /** Everything that arrived since the last frame, in order. */
  onBatch(messages: readonly LiveMessage[]): void;
  onOutput(message: OutputMessage): void;
  onConsole(frame: ConsoleFrame): void;
  onOpen(): void;
  onClose(): void;
  /** What is sent is not what this version understands. */
  onNonsense(why: string): void;
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
  const inbox = createInbox(deps.nextFrame, handlers);
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

/** Reads messages, and hands on those of one frame together. */
function createInbox(nextFrame: SocketDeps['nextFrame'], handlers: SocketHandlers) {
  let cancelFrame: (() => void) | null = null;
  let waiting: LiveMessage[] = [];

  function receive(data: unknown): void {
    if (data instanceof ArrayBuffer) return receiveBytes(new Uint8Array(data));
    const parsed = typeof data === 'string' ? ToClient.safeParse(parseJson(data)) : null;
    if (!parsed?.success) return handlers.onNonsense('not a message of this version');
    // Output has a brake of its own and an order of its own: it does not wait for the frame.
    if (parsed.data.type === 'output_end') return handlers.onOutput(parsed.data);
    waiting.push(parsed.data);
    cancelFrame ??= nextFrame(flush);
  }

  function receiveBytes(bytes: Uint8Array): void {
    if (isConsoleFrame(bytes)) {
      const frame = decodeConsole(bytes);
      if (!frame.ok) return handlers.onNonsense(frame.error);
      return handlers.onConsole(frame.value);
    }
    const decoded = decodeOutput(bytes);
    if (!decoded.ok) return handlers.onNonsense(decoded.error);
    handlers.onOutput({ type: 'bytes', frame: decoded.value });
  }

  function flush(): void {
    const batch = drop();
    if (batch.length > 0) handlers.onBatch(batch);
  }

  function drop(): LiveMessage[] {
    cancelFrame?.();
    cancelFrame = null;
    const batch = waiting;
    waiting = [];
    return batch;
  }

  return { receive, flush, drop };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
