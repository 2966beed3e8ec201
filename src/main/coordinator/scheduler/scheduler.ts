/** The reactors that bring a task from its creation to an agent, as one. */
import type { Clock } from '../../../shared/clock.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { startAnalyser } from './analyser.ts';
import type { Sources } from './analysis/gather.ts';
import type { Placing } from './candidates.ts';
import { startLoop } from './loop.ts';
import { startRecurring } from './recurring.ts';
import { startScaling } from './scaling.ts';
import { startSlots } from './slots.ts';
import type { Spares } from './spares.ts';
import { startTimers } from './timers.ts';
import { startUnblocker } from './unblocker.ts';

export interface SchedulerDeps {
  readonly journal: Journal;
  readonly queue: ReadyQueue;
  readonly fleet: Fleet;
  readonly supply: ModelSupply;
  readonly placing: Placing;
  readonly spares: Spares;
  /** What the analysis of new tasks learns from. */
  readonly sources: Sources;
  readonly settings: { current(): Pick<Settings, 'engines' | 'queue' | 'scaling'> };
  /** The key under which agents cache a repository, from its URL. */
  readonly repoKey: (url: string) => string;
  readonly clock: Clock;
}

/** Close it before the journal. */
export function startScheduler(deps: SchedulerDeps): { close(): void } {
  const parts = [
    ...[startAnalyser(deps), startTimers(deps), startUnblocker(deps), startRecurring(deps)],
    ...[startLoop(deps), startSlots(deps), startScaling(deps)],
  ];
  return {
    close() {
      for (const part of parts) part.close();
    },
  };
}
