/**
 * Whose each open connection is, so that those of an agent that is removed, or has another key now, are ended at once:
 * a link is said goodbye to, a git or a download is cut off in the middle.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';

export interface Visitors {
  add(id: AgentId, socket: Duplex, kind: 'link' | 'request'): void;
  close(): void;
}

/** How long a goodbye may take. */
const GOODBYE_MS = 1_000;

export function createVisitors({
  journal,
  clock,
}: {
  readonly journal: Pick<Journal, 'subscribe'>;
  readonly clock: Clock;
}): Visitors {
  const open = new Map<AgentId, Map<Duplex, 'link' | 'request'>>();

  function end(id: AgentId): void {
    for (const [socket, kind] of open.get(id) ?? []) {
      if (kind === 'request') socket.destroy();
      else clock.after(GOODBYE_MS, () => socket.destroy());
    }
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events)
      if (event.type === 'agent.removed' || event.type === 'agent.enrolled') end(event.agentId);
  });

  return {
    add(id, socket, kind) {
      const mine = open.get(id) ?? new Map<Duplex, 'link' | 'request'>();
      open.set(id, mine);
      if (!mine.has(socket)) {
        socket.once('close', () => {
          mine.delete(socket);
          if (mine.size === 0 && open.get(id) === mine) open.delete(id);
        });
      }
      mine.set(socket, kind);
    },
    close: unsubscribe,
  };
}
