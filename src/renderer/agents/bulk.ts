/** What can be done with many agents at once, and with which of them. Pure. */
import type { Agent } from '../../shared/domain/agent.ts';
import type { Rollout } from '../../shared/rollout.ts';
import { canUpdate } from '../hosts/versions.ts';

export const BULK_ACTS = ['drain', 'resume', 'update', 'remove'] as const;
export type BulkAct = (typeof BULK_ACTS)[number];

/** True when the act would change something of this agent. */
export function isFor(act: BulkAct, agent: Agent, newest: Rollout | null): boolean {
  // What is another coordinator's is looked after there.
  if (agent.site !== null) return false;
  switch (act) {
    case 'drain':
      return agent.connected && !agent.draining;
    case 'resume':
      return agent.draining;
    case 'update':
      return canUpdate(agent, newest);
    case 'remove':
      return !agent.connected && agent.running.length === 0;
  }
}

/** Those from one to the other in the order they are shown, both included: for a click with Shift. */
export function between<Id>(shown: readonly Id[], from: Id, to: Id): readonly Id[] {
  const [a, b] = [shown.indexOf(from), shown.indexOf(to)];
  return a < 0 || b < 0 ? [to] : shown.slice(Math.min(a, b), Math.max(a, b) + 1);
}
