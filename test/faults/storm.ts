/** Throws the faults: which, at whom and when is drawn from the seed; several overlap. Ends with everything healed. */
import type { Bench } from './fault-kind.ts';
import { FAULT_KINDS } from './faults.ts';
import type { Ghosts } from './ghosts.ts';
import type { Random } from './random.ts';
import { pause } from './time.ts';
import type { Workshop } from './workshop.ts';

export interface StormOptions {
  readonly workshop: Workshop;
  readonly ghosts: Ghosts;
  readonly folder: string;
  readonly random: Random;
  readonly durationMs: number;
  /** Ends after so many. */
  readonly most: number;
  /** Kinds that are left out: what they would have been is drawn, and not done. */
  readonly without: readonly string[];
  /** ms between two faults, on average. */
  readonly everyMs: number;
  readonly print: (line: string) => void;
}

export interface Storm {
  /** Hits by kind. */
  readonly counts: Map<string, number>;
  /** Faults drawn, with or without a victim. */
  thrown: number;
}

export async function throwFaults(options: StormOptions): Promise<Storm> {
  const { random, durationMs, most, everyMs } = options;
  const storm: Storm = { counts: new Map(FAULT_KINDS.map(({ name }) => [name, 0])), thrown: 0 };
  const heals = healer();
  const began = performance.now();
  const strikes: Promise<void>[] = [];
  while (performance.now() - began < durationMs && storm.thrown < most) {
    storm.thrown += 1;
    // A stream for each: what one fault draws does not shift the next.
    const own = random.stream(`fault/${storm.thrown}`);
    await pause(-Math.log(1 - own.next()) * everyMs);
    strikes.push(strike(own, storm.thrown, storm, options, heals.later));
  }
  await Promise.all(strikes);
  heals.all();
  options.workshop.forge.heal();
  options.workshop.hub.heal();
  return storm;
}

async function strike(
  random: Random,
  number: number,
  storm: Storm,
  { workshop, ghosts, folder, without, print }: StormOptions,
  later: Bench['later'],
): Promise<void> {
  const kind = random.weighted(FAULT_KINDS);
  if (without.includes(kind.name)) return;
  const hit = await kind.strike(random, { workshop, ghosts, folder, later });
  if (hit === null) return;
  storm.counts.set(kind.name, (storm.counts.get(kind.name) ?? 0) + 1);
  print(`fault ${number}: ${kind.name}: ${hit}`);
}

interface Healer {
  later: Bench['later'];
  /** Heals what is not healed yet. */
  all(): void;
}

function healer(): Healer {
  const pending = new Set<() => void>();
  return {
    later(ms, heal) {
      const once = (): void => {
        if (!pending.delete(once)) return;
        clearTimeout(timer);
        heal();
      };
      const timer = setTimeout(once, ms);
      pending.add(once);
    },
    all() {
      for (const once of [...pending]) once();
    },
  };
}
