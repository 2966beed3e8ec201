/**
 * Room on an agent, as far as the agent has to do something for it: attempts that stand still for urgent tasks, its slots, its
 * rest. All of it stands in the journal, so whoever connects later is told, too, after a restart of either side as well.
 */
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import { ROOM_PROTOCOL } from '../../../shared/protocol/version.ts';
import type { Journal } from '../journal/port.ts';
import type { Link } from './link.ts';

export interface RoomDeps {
  readonly journal: Pick<Journal, 'agent' | 'attempt' | 'submit' | 'subscribe'>;
  readonly links: { linkOf(id: AgentId): Link | null };
}

export interface Room {
  /** It is connected, and can be told. */
  isAble(id: AgentId): boolean;
  /** The agent was welcomed, which said how things stand. */
  connected(id: AgentId): void;
  close(): void;
}

export function startRoom({ journal, links }: RoomDeps): Room {
  function isAble(id: AgentId): boolean {
    return (links.linkOf(id)?.protocol ?? 0) >= ROOM_PROTOCOL;
  }

  function tell(id: AgentId, frame: ToAgent): void {
    if (isAble(id)) links.linkOf(id)?.send(frame);
  }

  function tellAttempt(attemptId: AttemptId, on: boolean): void {
    const attempt = journal.attempt(attemptId);
    if (!attempt) return;
    const { agentId, fence } = attempt;
    tell(agentId, { type: 'make_room', attemptId, fence, on });
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'attempt.yielded') tellAttempt(event.attemptId, true);
      if (event.type === 'attempt.continued') tellAttempt(event.attemptId, false);
      if (event.type === 'agent.slots_changed')
        tell(event.agentId, { type: 'slots', slots: event.slots });
      if (event.type === 'agent.rest_changed' && event.resting)
        tell(event.agentId, { type: 'rest', why: event.why });
    }
  });

  return {
    isAble,
    connected(id) {
      if (isAble(id)) return;
      // One of an older build lets everything go on when it is welcomed.
      for (const attemptId of yieldedOn(journal, id))
        void journal.submit({ type: 'attempt.continue', attemptId }, { actor: 'fleet' });
    },
    close: unsubscribe,
  };
}

/** What a welcome says of it. */
export function roomOf(
  journal: Pick<Journal, 'agent' | 'attempt'>,
  id: AgentId,
): { readonly makingRoom: AttemptId[]; readonly slots?: number } {
  const agent = journal.agent(id);
  const hasOther = agent?.ownSlots !== undefined;
  return { makingRoom: yieldedOn(journal, id), ...(hasOther && { slots: agent.slots }) };
}

function yieldedOn(journal: Pick<Journal, 'agent' | 'attempt'>, id: AgentId): AttemptId[] {
  const running = journal.agent(id)?.running ?? [];
  return running.filter((attemptId) => journal.attempt(attemptId)?.yieldedTo);
}
