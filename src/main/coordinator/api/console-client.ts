/**
 * The consoles that one client looks at, and types into while it has the pen. Whoever may read looks at those of tasks; writing there
 * takes an operator. A shell on an agent is for admins, as is asking for one: it shows whatever is on that PC.
 */
import { randomBytes } from 'node:crypto';
import type { ConsoleId } from '../../../shared/console.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { Permission } from '../../../shared/operation.ts';
import type { FromClient, ToClient } from '../../../shared/protocol/client.ts';
import { decodeConsole, windowOf } from '../../../shared/protocol/console.ts';
import type { ConsoleClient, Consoles } from '../fleet/consoles/port.ts';
import type { Person } from '../lan/people.ts';
import { checkRole } from './auth.ts';

export type ConsoleMessage = Extract<FromClient, { type: `console_${string}` }>;

export interface ConsoleClientDeps {
  readonly consoles: Consoles;
  readonly person: Person;
  readonly send: (message: ToClient | Uint8Array) => void;
  readonly refuse: (error: Rejection) => void;
}

/** What changes nothing for anybody else. */
const LOOKING: ReadonlySet<ConsoleMessage['type']> = new Set([
  'console_watch',
  'console_unwatch',
  'console_ack',
]);

export interface Session {
  handle(message: ConsoleMessage): void;
  /** What is typed. */
  bytes(data: Uint8Array): void;
  /** From now on every change is sent, first how all stand; the answer ends it. */
  follow(): () => void;
  close(): void;
}

export function createConsoleClient(deps: ConsoleClientDeps): Session {
  const { consoles, send, refuse, person } = deps;
  const client: ConsoleClient = { id: `client-${randomBytes(6).toString('hex')}`, send };
  const tell: Parameters<Consoles['onChange']>[0] = (console) =>
    send({ type: 'console', console, you: client.id });
  /** Why this client may not; `ofTask` is what it takes where the console is not of an agent itself. */
  function refusal(id: ConsoleId, ofTask: Permission): Rejection | null {
    const isOfAgent = consoles.list().some((one) => one.id === id && one.attemptId === null);
    return checkRole(person, isOfAgent ? 'admin' : ofTask);
  }
  return {
    handle(message) {
      const { consoleId } = message;
      const isLooking = LOOKING.has(message.type);
      const refused = refusal(consoleId, isLooking ? 'read' : 'operate');
      if (refused) return refuse(refused);
      switch (message.type) {
        case 'console_watch': {
          const pen = message.pen && refusal(consoleId, 'operate') === null;
          if (consoles.watch(client, consoleId, { ...message, pen })) return;
          return refuse(
            rejection('not_found', `there is no ${consoleId}; it was closed`, { consoleId }),
          );
        }
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
      const { consoleId, bytes } = frame.value;
      const refused = refusal(consoleId, 'operate');
      if (refused) return refuse(refused);
      consoles.type(client, consoleId, bytes);
    },
    follow() {
      for (const console of consoles.list()) tell(console);
      return consoles.onChange(tell);
    },
    close: () => consoles.leave(client),
  };
}
