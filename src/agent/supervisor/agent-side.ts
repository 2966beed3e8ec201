/**
 * The agent, as a supervisor sees it: connected, or away for a while. What is asked of it is asked again when it comes
 * back; what it says goes to whoever is concerned.
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { StepFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { openChannel, type Channel } from './channel.ts';
import { ToSupervisor, type FromSupervisor } from './protocol.ts';

export interface AgentSide {
  /** Says it if the agent is there; it learns the rest when it connects. */
  tell(message: FromSupervisor): void;
  /** Asks for the work tree; waits for an agent that is away. @throws StepFailure, or the signal's reason */
  acquire(signal: AbortSignal): Promise<Workspace>;
  close(): Promise<void>;
}

export interface AgentSideOptions {
  readonly socket: string;
  /** What an agent that connects must know. */
  readonly greeting: () => FromSupervisor[];
  readonly onLease: (at: number) => void;
  readonly onStop: (stop: Extract<ToSupervisor, { type: 'stop' }>) => void;
  readonly warn: (message: string) => void;
}

/** Listens; resolves when an agent can connect. */
export async function openAgentSide(options: AgentSideOptions): Promise<AgentSide> {
  const { socket: path, greeting, warn } = options;
  let channel: Channel<FromSupervisor> | null = null;
  let wanted: PromiseWithResolvers<Workspace> | null = null;

  function onMessage(message: ToSupervisor): void {
    switch (message.type) {
      case 'lease':
        return options.onLease(message.at);
      case 'stop':
        return options.onStop(message);
      case 'acquired':
        return wanted?.resolve(message.workspace);
      case 'not_acquired':
        return wanted?.reject(new StepFailure(message.code, message.message));
    }
  }

  const server = createServer((socket) => {
    // The newest agent counts: of an older one only the end has not been noticed yet.
    channel?.close();
    const opened: Channel<FromSupervisor> = openChannel(
      socket,
      ToSupervisor,
      onMessage,
      (problem) => {
        if (problem !== null) warn(`the agent said something odd: ${problem}`);
        if (channel === opened) channel = null;
      },
    );
    channel = opened;
    for (const message of greeting()) opened.send(message);
    if (wanted) opened.send({ type: 'acquire' });
  });
  await rm(path, { force: true });
  await listen(server, path);
  return {
    tell(message) {
      // One that does not read is cut off; it connects again and reads the files.
      if (channel && !channel.send(message)) channel.close();
    },
    async acquire(signal) {
      signal.throwIfAborted();
      const asked = Promise.withResolvers<Workspace>();
      wanted = asked;
      const onAbort = (): void => asked.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      channel?.send({ type: 'acquire' });
      try {
        return await asked.promise;
      } finally {
        wanted = null;
        signal.removeEventListener('abort', onAbort);
      }
    },
    async close() {
      channel?.close();
      server.close();
      await rm(path, { force: true });
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}
