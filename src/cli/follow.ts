/** Following live: events and terminal output over `/ws`, with acknowledgements. */
import { once } from 'node:events';
import { WebSocket, type RawData } from 'ws';
import type { StoredEvent } from '../shared/domain/event.ts';
import { RejectionError } from '../shared/errors.ts';
import type { AttemptId } from '../shared/ids.ts';
import type { Provisioning } from '../shared/provisioning.ts';
import { ToClient, type FromClient } from '../shared/protocol/client.ts';
import { decodeConsole, isConsoleFrame, type ConsoleFrame } from '../shared/protocol/console.ts';
import { decodeOutput } from '../shared/protocol/output.ts';
import type { Rollout } from '../shared/rollout.ts';
import { HOW_TO_START, type Address } from './connect.ts';
import { CliError, EXIT } from './io.ts';

/** Messages taken from the socket ahead of their reader. */
const MOST_WAITING = 64;

type Item =
  | ToClient
  | { readonly type: 'bytes'; readonly offset: number; readonly bytes: Uint8Array }
  | ({ readonly type: 'console_bytes' } & ConsoleFrame);

/**
 * Events after `after`, for as long as the caller reads.
 * @param stop ends it quietly
 */
export async function* followEvents(
  address: Address,
  after: number,
  stop: AbortSignal,
): AsyncGenerator<StoredEvent> {
  for await (const item of converse(address, [{ type: 'subscribe', after }], stop)) {
    if (item.value.type === 'events') yield* item.value.events;
  }
}

/**
 * How the update over the fleet stands, now and whenever it changes.
 * @param after a place in the log that is near: of the events none is wanted
 * @param stop ends it quietly
 */
export async function* followRollout(
  address: Address,
  after: number,
  stop: AbortSignal,
): AsyncGenerator<Rollout> {
  const opening: FromClient = { type: 'subscribe', after };
  for await (const { value } of converse(address, [opening], stop))
    if (value.type === 'rollout') yield value.rollout;
}

/**
 * Provisionings as they change, first all there are, for as long as the caller reads.
 * @param stop ends it quietly
 */
export async function* followProvisionings(
  address: Address,
  stop: AbortSignal,
): AsyncGenerator<Provisioning> {
  // What happened before is of no interest here.
  const opening: FromClient = { type: 'subscribe', after: Number.MAX_SAFE_INTEGER };
  for await (const item of converse(address, [opening], stop)) {
    if (item.value.type === 'provisioning') yield item.value.provisioning;
  }
}

/**
 * The terminal of an attempt from its beginning to its end. A piece is acknowledged when the caller asks for the next,
 * so that a slow reader is sent no more than it reads.
 */
export async function* followTerminal(
  address: Address,
  attemptId: AttemptId,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const opening: FromClient = { type: 'output_open', attemptId, stream: 'terminal', from: 0 };
  for await (const { value, send } of converse(address, [opening], stop)) {
    if (value.type === 'output_end') return;
    if (value.type !== 'bytes') continue;
    yield value.bytes;
    send({
      type: 'output_ack',
      attemptId,
      stream: 'terminal',
      offset: value.offset + value.bytes.length,
    });
  }
}

/**
 * All that the coordinator says, for as long as the caller reads.
 * @param stop ends it quietly
 */
export async function* converse(
  address: Address,
  opening: readonly FromClient[],
  stop: AbortSignal,
): AsyncGenerator<{ value: Item; send: (message: FromClient | Uint8Array) => void }> {
  const socket = new WebSocket(`${address.url.replace(/^http/, 'ws')}/ws`, {
    headers: { authorization: `Bearer ${address.token}` },
  });
  const send = (message: FromClient | Uint8Array): void =>
    socket.send(message instanceof Uint8Array ? message : JSON.stringify(message));
  const inbox = createInbox(socket);
  const onStop = (): void => socket.close();
  stop.addEventListener('abort', onStop);
  try {
    await opened(socket, address);
    for (const message of opening) send(message);
    while (!stop.aborted) {
      const value = await inbox.next();
      if (value === undefined) {
        if (stop.aborted) return;
        throw new CliError(
          EXIT.notReachable,
          'the coordinator closed the connection; run the command again',
        );
      }
      if (value.type === 'error') throw new RejectionError(value.error);
      yield { value, send };
    }
  } finally {
    stop.removeEventListener('abort', onStop);
    socket.close();
  }
}

async function opened(socket: WebSocket, address: Address): Promise<void> {
  try {
    await once(socket, 'open');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(
      EXIT.notReachable,
      `cannot follow ${address.url} (${why}): ${HOW_TO_START}`,
      { cause: error },
    );
  }
}

/** Messages in order; `undefined` at the end. The socket is paused while somebody has much to read. */
function createInbox(socket: WebSocket): { next(): Promise<Item | undefined> } {
  const waiting: Item[] = [];
  const state: { ended: boolean; failure: Error | null; wake: () => void } = {
    ended: false,
    failure: null,
    wake: () => {},
  };
  socket.on('message', (data, isBinary) => {
    try {
      waiting.push(read(data, isBinary));
    } catch (error) {
      state.failure = new CliError(
        EXIT.failed,
        'the coordinator speaks another version: update both',
        { cause: error },
      );
      socket.terminate();
    }
    if (waiting.length >= MOST_WAITING) socket.pause();
    state.wake();
  });
  socket.on('close', () => {
    state.ended = true;
    state.wake();
  });
  // What went wrong shows as the end of the connection; before it opened, `opened` tells.
  socket.on('error', () => state.wake());
  return {
    async next() {
      while (waiting.length === 0 && !state.ended) {
        await new Promise<void>((resolve) => {
          state.wake = resolve;
        });
      }
      if (state.failure) throw state.failure;
      if (socket.isPaused && waiting.length < MOST_WAITING / 2) socket.resume();
      return waiting.shift();
    },
  };
}

function read(data: RawData, isBinary: boolean): Item {
  const buffer = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
  if (!isBinary) return ToClient.parse(JSON.parse(buffer.toString()));
  if (isConsoleFrame(buffer)) {
    const bytes = decodeConsole(buffer);
    if (bytes.ok) return { type: 'console_bytes', ...bytes.value };
    throw new CliError(
      EXIT.failed,
      `the coordinator sent what is no console frame: ${bytes.error}`,
    );
  }
  const frame = decodeOutput(buffer);
  if (!frame.ok)
    throw new CliError(EXIT.failed, `the coordinator sent what is no output frame: ${frame.error}`);
  return { type: 'bytes', offset: frame.value.offset, bytes: frame.value.bytes };
}
