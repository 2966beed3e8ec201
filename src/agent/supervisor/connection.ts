/** An agent's connection to one supervisor: made, and made again, for as long as the supervisor lives. */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { pause } from '../clock.ts';
import { openChannel, type Channel } from './channel.ts';
import { FromSupervisor, type ToSupervisor } from './protocol.ts';

export interface Connection {
  /** Says it if connected. What must not be missed is said again in `onConnect`. */
  send(message: ToSupervisor): void;
  /** Resolves when the supervisor is no more, or after `close`. */
  readonly ended: Promise<void>;
  /** Lets go; the supervisor goes on by itself. */
  close(): void;
}

export interface ConnectionOptions {
  readonly socket: string;
  readonly clock: Clock;
  readonly onConnect: () => void;
  readonly onMessage: (message: FromSupervisor) => void;
  readonly warn: (message: string) => void;
}

/** Pause before the socket is tried again. */
const AGAIN_MS = 20;

export function openConnection(options: ConnectionOptions): Connection {
  const { socket: path, clock, onConnect, onMessage, warn } = options;
  let channel: Channel<ToSupervisor> | null = null;
  let closed = false;

  async function follow(): Promise<void> {
    for (;;) {
      const socket = closed ? null : await open(path);
      if (!socket) return;
      const over = Promise.withResolvers<string | null>();
      channel = openChannel(socket, FromSupervisor, onMessage, over.resolve);
      if (closed) channel.close();
      else onConnect();
      const problem = await over.promise;
      channel = null;
      if (problem !== null) warn(`a supervisor said something odd: ${problem}`);
      await pause(clock, AGAIN_MS);
    }
  }

  return {
    send(message) {
      // One that does not read, because it is stopped, say, is connected to again when it does.
      if (channel && !channel.send(message)) channel.close();
    },
    ended: follow(),
    close() {
      closed = true;
      channel?.close();
    },
  };
}

/** `null` when nobody listens: a supervisor does as long as it lives. */
async function open(path: string): Promise<Socket | null> {
  const socket = connect(path);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  if (await promise) return socket;
  socket.destroy();
  return null;
}
