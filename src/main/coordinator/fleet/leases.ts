/**
 * Leases of agents: an agent that says nothing for AGENT_LOST_MS has lost what it held. Measured on the monotonic
 * clock only. In memory; after a restart of the coordinator every agent that holds work gets a fresh lease.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { AGENT_LOST_MS } from '../../../shared/protocol/timing.ts';

export interface Leases {
  /** The agent was heard: its lease begins anew. */
  renew(id: AgentId): void;
  /** The agent holds nothing and is gone: nothing is to be waited for. */
  drop(id: AgentId): void;
  close(): void;
}

interface Lease {
  heardAt: number;
  cancel: () => void;
}

/** @param lost called once when a lease ran out; a later `renew` begins a new one */
export function createLeases(clock: Clock, lost: (id: AgentId) => void): Leases {
  const leases = new Map<AgentId, Lease>();

  // One timer per agent, set again when it fires early: a message costs one assignment, not a timer.
  function watch(id: AgentId, lease: Lease, ms: number): void {
    lease.cancel = clock.after(ms, () => {
      const left = lease.heardAt + AGENT_LOST_MS - clock.monotonic();
      if (left > 0) return watch(id, lease, left);
      leases.delete(id);
      lost(id);
    });
  }

  return {
    renew(id) {
      const lease = leases.get(id);
      if (lease) {
        lease.heardAt = clock.monotonic();
        return;
      }
      const fresh: Lease = { heardAt: clock.monotonic(), cancel: () => {} };
      leases.set(id, fresh);
      watch(id, fresh, AGENT_LOST_MS);
    },
    drop(id) {
      leases.get(id)?.cancel();
      leases.delete(id);
    },
    close() {
      for (const lease of leases.values()) lease.cancel();
      leases.clear();
    },
  };
}
