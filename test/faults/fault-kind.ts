/** What a kind of fault is, and what it works on. */
import type { Ghosts } from './ghosts.ts';
import type { Random } from './random.ts';
import type { Workshop } from './workshop.ts';

export interface FaultKind {
  readonly name: string;
  /** How often it comes, beside the others. */
  readonly weight: number;
  strike(random: Random, bench: Bench): Promise<string | null> | string | null;
}

/** What faults work on. */
export interface Bench {
  readonly workshop: Workshop;
  readonly ghosts: Ghosts;
  /** Everything of the run is below. */
  readonly folder: string;
  /** Undoes a fault after so many ms, or when the faults are over; once. */
  later(ms: number, heal: () => void): void;
}
