/** What is run for tasks and people comes after agent and coordinator, which must be heard whatever else the machine does. */
import { constants, setPriority } from 'node:os';

/**
 * Heartbeats must not starve beside a compiler, nor Ctrl-C behind what prints without end. What the process starts from now
 * on inherits it.
 */
export function yieldToAgents(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system has no such thing.
  }
}
