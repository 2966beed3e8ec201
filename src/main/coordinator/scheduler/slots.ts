/**
 * Looks at how busy each agent is, and gives it more slots or fewer (`domain/slots.ts`) where that is switched on; where it is not,
 * each has as many as it says itself. Looks are kept in memory: after a restart it begins anew.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Agent } from '../../../shared/domain/agent.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { busySlots } from '../../../shared/domain/decide-yield.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { slotsFor, type SlotsLook } from '../../../shared/domain/slots.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';
import { submitAll } from './submit-all.ts';

export interface SlotsDeps {
  readonly journal: Pick<Journal, 'agent' | 'agents' | 'attempt' | 'submit' | 'subscribe'>;
  readonly fleet: Pick<Fleet, 'vitals' | 'makesRoom'>;
  readonly settings: { current(): Pick<Settings, 'scaling'> };
  readonly clock: Clock;
}

export const LOOK_MS = 15_000;
/** Looks that are kept of an agent: six minutes. */
const MOST_LOOKS = 24;
/** Attempts that are kept of an agent, and how many of a kind say something. */
const MOST_PAST = 60;
const ENOUGH = 5;

interface Past {
  readonly atOnce: number;
  readonly tookMs: number;
}

interface Known {
  looks: SlotsLook[];
  past: Past[];
}

export function startSlots({ journal, fleet, settings, clock }: SlotsDeps): { close(): void } {
  const known = new Map<AgentId, Known>();

  function answerFor(agent: Agent): Command[] {
    const { id: agentId, slots, ownSlots, running } = agent;
    const { slots: follows, mostSlots } = settings.current().scaling;
    if (!follows) {
      known.delete(agentId);
      const why = 'slots do not follow the load any more';
      const isOwn = ownSlots === undefined || ownSlots === slots;
      return isOwn ? [] : [{ type: 'agent.set_slots', agentId, slots: ownSlots, why }];
    }
    const vitals = fleet.vitals(agentId);
    if (!vitals || !fleet.makesRoom(agentId)) return [];
    const mine = knownOf(known, agentId);
    const now = {
      at: clock.monotonic(),
      cpu: vitals.cpu,
      memory: vitals.memoryUsedBytes / Math.max(1, vitals.memoryBytes),
      running: running.length === 0 ? 0 : busySlots(journal, agent),
    };
    mine.looks = [...mine.looks, now].slice(-MOST_LOOKS);
    const slowdown = slowdownOf(mine.past, slots);
    const answer = slotsFor({ slots, most: mostSlots, looks: mine.looks, slowdown });
    if (!answer) return [];
    mine.looks = [];
    return [{ type: 'agent.set_slots', agentId, ...answer }];
  }

  function learn({ event }: StoredEvent): void {
    if (event.type === 'agent.disconnected' || event.type === 'agent.removed')
      known.delete(event.agentId);
    if (event.type !== 'attempt.ended' || event.state !== 'succeeded') return;
    const attempt = journal.attempt(event.attemptId);
    const mine = attempt && known.get(attempt.agentId);
    if (!mine || attempt.startedAt === null || attempt.endedAt === null) return;
    const atOnce = (journal.agent(attempt.agentId)?.running.length ?? 0) + 1;
    const tookMs = Math.max(1, attempt.endedAt - attempt.startedAt);
    mine.past = [...mine.past, { atOnce, tookMs }].slice(-MOST_PAST);
  }

  let cancel = clock.after(LOOK_MS, look);
  function look(): void {
    cancel = clock.after(LOOK_MS, look);
    const here = journal.agents().filter(({ connected, site }) => connected && site === null);
    const commands = here.flatMap(answerFor);
    // What is refused now is asked again with the next look.
    if (commands.length > 0) void submitAll(journal, commands);
  }
  const unsubscribe = journal.subscribe((events) => events.forEach(learn));
  return {
    close() {
      unsubscribe();
      cancel();
    },
  };
}

function knownOf(known: Map<AgentId, Known>, id: AgentId): Known {
  const mine = known.get(id) ?? { looks: [], past: [] };
  known.set(id, mine);
  return mine;
}

/** How many times as long attempts took with all slots in use as with at most half of them. */
function slowdownOf(past: readonly Past[], slots: number): number | null {
  const full = past.filter(({ atOnce }) => atOnce >= slots);
  const few = past.filter(({ atOnce }) => atOnce <= Math.max(1, slots / 2));
  if (slots < 2 || full.length < ENOUGH || few.length < ENOUGH) return null;
  return median(full) / median(few);
}

function median(past: readonly Past[]): number {
  const sorted = past.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}
