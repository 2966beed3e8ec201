/**
 * Room on an agent, as far as the agent has to do something for it: attempts that stand still for urgent tasks, its slots, its
 * rest. All of it stands in the journal, so whoever connects later is told, too, after a restart of either side as well.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import { ROOM_PROTOCOL } from '../../../shared/protocol/version.ts';
import type { Journal } from '../journal/port.ts';
import type { Link } from './link.ts';
import { sendMagicPacket } from './wake.ts';

export interface RoomDeps {
  readonly journal: Pick<Journal, 'agent' | 'attempt' | 'submit' | 'subscribe'>;
  readonly links: { linkOf(id: AgentId): Link | null };
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Left out: a magic packet in the local network. */
  readonly sendWake?: (hardwareAddress: string) => Promise<void>;
}

export interface Room {
  /** It is connected, and can be told. */
  isAble(id: AgentId): boolean;
  /** The agent was welcomed, which said how things stand. */
  connected(id: AgentId): void;
  /** Sends for its machine until it comes, at most `WAKE_TIMES`. */
  wake(id: AgentId): void;
  close(): void;
}

/** A packet may be lost, and a machine that is just falling asleep hears none. */
const WAKE_TIMES = 12;
const WAKE_EVERY_MS = 15_000;

export function startRoom(deps: RoomDeps): Room {
  const { journal, links } = deps;
  const waking = createWaking(deps);

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

  /** When all that it held is done; one that could not be woken again stays on. */
  function rest(id: AgentId): void {
    const agent = journal.agent(id);
    if (!agent?.resting || agent.running.length > 0 || !agent.profile.wakeAddress) return;
    tell(id, { type: 'rest', why: agent.resting.why });
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'attempt.yielded') tellAttempt(event.attemptId, true);
      if (event.type === 'attempt.continued') tellAttempt(event.attemptId, false);
      if (event.type === 'agent.slots_changed')
        tell(event.agentId, { type: 'slots', slots: event.slots });
      if (event.type === 'agent.rest_changed') rest(event.agentId);
      if (event.type === 'attempt.ended') {
        const agentId = journal.attempt(event.attemptId)?.agentId;
        if (agentId !== undefined) rest(agentId);
      }
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
    wake: waking.wake,
    close() {
      unsubscribe();
      waking.close();
    },
  };
}

function createWaking({
  journal,
  clock,
  log,
  sendWake = sendMagicPacket,
}: RoomDeps): Pick<Room, 'wake' | 'close'> {
  const pending = new Map<AgentId, () => void>();

  function again(id: AgentId, left: number): void {
    pending.get(id)?.();
    pending.delete(id);
    const agent = journal.agent(id);
    const address = agent?.profile.wakeAddress;
    if (!address || left === 0 || agent.connected) return;
    pending.set(
      id,
      clock.after(WAKE_EVERY_MS, () => again(id, left - 1)),
    );
    sendWake(address).catch((error: unknown) =>
      log.warn({ err: error, agent: id }, 'the packet that wakes its machine cannot be sent'),
    );
  }

  return {
    wake(id) {
      log.info({ agent: id }, 'its machine is woken');
      again(id, WAKE_TIMES);
    },
    close() {
      for (const cancel of pending.values()) cancel();
    },
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
