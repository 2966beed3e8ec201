/** What somebody asks of a simulation: the command line asks it, `src/main/coordinator/simulate` answers. */
import type { StoredEvent } from './domain/event.ts';

export interface SimulationRequest {
  /** The events of a workshop, oldest first; `null`: the work is made. */
  readonly log: readonly StoredEvent[] | null;
  /** Of made work. */
  readonly tasks: number;
  readonly seed: number;
  /** Work that comes, over what all slots could do. */
  readonly load: number;
  /** How many made ones, or what their file says. */
  readonly agents: { readonly count: number } | { readonly given: unknown };
  readonly strategy: string;
  /** Dollars for an hour of one slot at work, by agent. */
  readonly prices: ReadonlyMap<string, number>;
}
