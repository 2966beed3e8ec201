/** The analyser: every task in state `pending` is looked at, gets a specialty, and goes into the queue. */
import type { Clock } from '../../../shared/clock.ts';
import { classify } from '../../../shared/domain/classify.ts';
import type { Journal } from '../journal/port.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

const PAGE = 200;

export interface AnalyserDeps {
  readonly journal: Pick<Journal, 'inState' | 'submit' | 'subscribe'>;
  readonly clock: Clock;
}

export function startAnalyser({ journal, clock }: AnalyserDeps): { close(): void } {
  const reactor = startReactor(clock, async (closed) => {
    for (;;) {
      const pending = journal.inState('pending', PAGE);
      if (pending.length === 0) return true;
      const done = await submitAll(
        journal,
        pending.map(({ id, title, body, specialty }) => ({
          type: 'task.analyse',
          taskId: id,
          specialty: specialty ?? classify(title, body)?.value ?? 'general',
        })),
      );
      if (closed() || !done) return done;
    }
  });
  const unsubscribe = journal.subscribe((events) => {
    if (events.some(({ event }) => event.type === 'task.created')) reactor.wake();
  });
  // Those that were pending when the coordinator ended.
  reactor.wake();
  return {
    close() {
      unsubscribe();
      reactor.close();
    },
  };
}
