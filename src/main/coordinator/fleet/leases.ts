/**
 * Leases of agents: an agent that says nothing for AGENT_LOST_MS has lost what it held. Counted is only time in which this
 * process was awake and listening, in steps of a timer, on the monotonic clock; no wall clock takes part.
 *
 * A process that stood still (SIGSTOP, a PC that slept, a disk that hung under a synchronous write) finds on waking that
 * every timer is due, while what the agents said meanwhile still lies in its sockets. So a step counts at most MOST_STEP_MS
 * however long it took, and nobody is lost in a step that came late: the step after it comes when the sockets were read.
 * Where every step is late, an agent is lost in the second one that finds it silent for too long.
 *
 * In memory; after a restart of the coordinator every agent that holds work gets a fresh lease.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { AGENT_LOST_MS } from '../../../shared/protocol/timing.ts';

export const LEASE_TICK_MS = 500;
/** A busy machine runs a timer some 100 ms late; what is later than this stood still. */
const MOST_STEP_MS = 2 * LEASE_TICK_MS;

export interface Leases {
  /** The agent was heard: its lease begins anew. */
  renew(id: AgentId): void;
  /** The agent holds nothing and is gone: nothing is to be waited for. */
  drop(id: AgentId): void;
  close(): void;
}

export interface LeaseOptions {
  readonly clock: Clock;
  /** Called once when a lease ran out; a later `renew` begins a new one. */
  readonly lost: (id: AgentId) => void;
  /** True while we read nothing of what the agent says: it is not silent, we are deaf. */
  readonly isDeafTo: (id: AgentId) => boolean;
}

interface Lease {
  /** Ms of silence, of those that count. */
  silent: number;
  /** When it was heard within the step under way; `null`: before. */
  heardAt: number | null;
  /** The step before found the lease run out, and came late. */
  wasOver: boolean;
}

export function createLeases({ clock, lost, isDeafTo }: LeaseOptions): Leases {
  const leases = new Map<AgentId, Lease>();
  let lastTick = 0;
  let cancelTick: (() => void) | null = null;

  function schedule(): void {
    cancelTick = clock.after(LEASE_TICK_MS, tick);
  }

  function tick(): void {
    const now = clock.monotonic();
    const step = now - lastTick;
    const isLate = step > MOST_STEP_MS;
    lastTick = now;
    const gone: AgentId[] = [];
    for (const [id, lease] of leases) {
      count(lease, now, isDeafTo(id) ? 0 : Math.min(step, MOST_STEP_MS));
      const isOver = lease.silent >= AGENT_LOST_MS;
      if (isOver && (!isLate || lease.wasOver)) gone.push(id);
      lease.wasOver = isOver;
    }
    for (const id of gone) leases.delete(id);
    cancelTick = null;
    if (leases.size > 0) schedule();
    for (const id of gone) lost(id);
  }

  return {
    renew(id) {
      const heardAt = clock.monotonic();
      const lease = leases.get(id);
      // A message costs two assignments, not a timer.
      if (lease) {
        lease.silent = 0;
        lease.heardAt = heardAt;
        return;
      }
      leases.set(id, { silent: 0, heardAt, wasOver: false });
      if (cancelTick) return;
      lastTick = heardAt;
      schedule();
    },
    drop(id) {
      leases.delete(id);
    },
    close() {
      cancelTick?.();
      cancelTick = null;
      leases.clear();
    },
  };
}

/** Adds a step to the silence: of the step in which the agent was heard, only what came after it. */
function count(lease: Lease, now: number, step: number): void {
  lease.silent += lease.heardAt === null ? step : Math.min(step, now - lease.heardAt);
  lease.heardAt = null;
}
