/** The consoles that one client looks at, and types into while it has the pen. */
import { randomBytes } from 'node:crypto';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { FromClient, ToClient } from '../../../shared/protocol/client.ts';
import { decodeConsole, windowOf } from '../../../shared/protocol/console.ts';
import type { ConsoleClient, Consoles } from '../fleet/consoles/port.ts';

export type ConsoleMessage = Extract<FromClient, { type: `console_${string}` }>;

export interface ConsoleClientDeps {
  readonly consoles: Consoles;
  readonly send: (message: ToClient | Uint8Array) => void;
  readonly refuse: (error: Rejection) => void;
}

export interface Session {
  handle(message: ConsoleMessage): void;
  /** What is typed. */
  bytes(data: Uint8Array): void;
  /** From now on every change is sent, first how all stand; the answer ends it. */
  follow(): () => void;
  close(): void;
}

export function createConsoleClient({ consoles, send, refuse }: ConsoleClientDeps): Session {
  const client: ConsoleClient = { id: `client-${randomBytes(6).toString('hex')}`, send };
  const tell: Parameters<Consoles['onChange']>[0] = (console) =>
    send({ type: 'console', console, you: client.id });
  return {
    handle(message) {
      const { consoleId } = message;
      switch (message.type) {
        case 'console_watch':
          if (consoles.watch(client, consoleId, message)) return;
          return refuse(
            rejection('not_found', `there is no ${consoleId}; it was closed`, { consoleId }),
          );
        case 'console_unwatch':
          return consoles.unwatch(client, consoleId);
        case 'console_ack':
          return consoles.acknowledge(client, consoleId, message.offset, windowOf(message));
        case 'console_resize':
          return consoles.resize(client, consoleId, message);
        case 'console_pen':
          return consoles.takePen(client, consoleId);
      }
    },
    bytes(data) {
      const frame = decodeConsole(data);
      if (!frame.ok) return refuse(rejection('invalid_input', frame.error));
      consoles.type(client, frame.value.consoleId, frame.value.bytes);
    },
    follow() {
      for (const console of consoles.list()) tell(console);
      return consoles.onChange(tell);
    },
    close: () => consoles.leave(client),
  };
}
