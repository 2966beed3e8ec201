/**
 * Wakes standby hosts and makes agents of spare ones while there is much to do, and sends them to rest while there is little
 * (`domain/scale.ts`), where that is switched on. What rests stands in the journal; the looks are kept in memory.
 */
import type { Clock } from '../../../shared/clock.ts';
import { busySlots } from '../../../shared/domain/decide-yield.ts';
import { scale, type WorkshopLook } from '../../../shared/domain/scale.ts';
import type { Specialty } from '../../../shared/domain/specialty.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Spares } from './spares.ts';
import { submitAll } from './submit-all.ts';

export interface ScalingDeps {
  readonly journal: Pick<Journal, 'agents' | 'attempt' | 'inState' | 'submit' | 'workshop'>;
  readonly fleet: Pick<Fleet, 'wake'>;
  readonly spares: Spares;
  readonly settings: { current(): Pick<Settings, 'scaling'> };
  readonly clock: Clock;
}

const LOOK_MS = 15_000;
/** Eleven minutes. */
const MOST_LOOKS = 44;
/** More that wait change nothing. */
const MOST_WAITING = 200;

export function startScaling(deps: ScalingDeps): { close(): void } {
  const { journal, fleet, spares, settings, clock } = deps;
  let looks: WorkshopLook[] = [];
  let changedAt: number | null = null;
  const wokenAt = new Map<AgentId, number>();

  function lookNow(): WorkshopLook {
    // What waits in a shared queue waits for the agents of all its sites.
    const awake = journal.agents().filter(({ connected, draining, resting }) => {
      return connected && !draining && resting === null;
    });
    const waiting = journal.inState('queued', MOST_WAITING);
    const about = new Map<Specialty, number>();
    for (const { specialty } of waiting)
      if (specialty) about.set(specialty, (about.get(specialty) ?? 0) + 1);
    return {
      at: clock.monotonic(),
      inUse: awake.reduce((sum, agent) => sum + busySlots(journal, agent), 0),
      waiting: waiting.length,
      slots: awake.reduce((sum, { slots }) => sum + slots, 0),
      about,
    };
  }

  let cancel = clock.after(LOOK_MS, look);
  function look(): void {
    cancel = clock.after(LOOK_MS, look);
    const { stopped, queuePaused } = journal.workshop();
    if (!settings.current().scaling.hosts || stopped || queuePaused) {
      looks = [];
      return;
    }
    looks = [...looks, lookNow()].slice(-MOST_LOOKS);
    const answer = scale({ looks, changedAt, wokenAt }, journal.agents(), spares.open());
    if (!answer) return;
    changedAt = clock.monotonic();
    if (answer.what === 'add') {
      spares.add(answer.spare, answer.why);
      return;
    }
    const { what, agentId, why } = answer;
    if (what === 'wake') {
      wokenAt.set(agentId, changedAt);
      fleet.wake(agentId);
    }
    // What is refused now is asked again when this is settled.
    void submitAll(journal, [{ type: 'agent.rest', agentId, resting: what === 'rest', why }]);
  }
  return {
    close() {
      cancel();
    },
  };
}
