/** What goes through the queue: its bounds on the way in, its gates on the way out, and how long tasks wait in between. */
import type { Clock } from '../../../shared/clock.ts';
import type { WaitingTimes } from '../../../shared/contract-queue.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { createAdmission } from './admission.ts';
import { createGates, type Gates } from './gates.ts';
import { keepWaitingTimes } from './waiting-times.ts';

export interface FlowDeps<J extends Journal> {
  readonly journal: J;
  readonly queue: Pick<ReadyQueue, 'waiting'>;
  readonly settings: { current(): Pick<Settings, 'queue'> };
  readonly clock: Pick<Clock, 'monotonic'>;
}

export interface Flow {
  readonly gates: Gates;
  /** Tasks that wait. */
  waiting(): number;
  /** Tasks that left the queue, in an hour at the pace of the last minutes; `null`: none did. */
  perHour(): number | null;
  /** How long the latest tasks waited, by priority. */
  times(): WaitingTimes[];
  close(): void;
}

/** Answers the same journal, which refuses to create more tasks than may wait: everybody else is to have that one. */
export function openFlow<J extends Journal>(deps: FlowDeps<J>): { journal: J; flow: Flow } {
  const admission = createAdmission(deps);
  const times = keepWaitingTimes(deps.journal);
  const flow: Flow = {
    gates: createGates(deps),
    waiting: admission.waiting,
    perHour: admission.perHour,
    times: times.of,
    close() {
      admission.close();
      times.close();
    },
  };
  return { journal: { ...deps.journal, submit: admission.submit }, flow };
}
