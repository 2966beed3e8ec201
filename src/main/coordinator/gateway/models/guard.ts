/**
 * Keeps the calls of models in step with the journal: those of an attempt are cut with the event that ends it, and all with
 * the one that stops the workshop. Whether it is stopped is asked with each new one, so that it goes on at once as well.
 */
import type { Journal } from '../../journal/port.ts';
import type { ModelProxy } from './proxy.ts';

/** The answer ends it. */
export function guardCalls(
  journal: Pick<Journal, 'subscribe'>,
  proxy: Pick<ModelProxy, 'endCalls' | 'endAll'>,
): () => void {
  return journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'attempt.ended') proxy.endCalls(event.attemptId);
      if (event.type === 'workshop.stopped') proxy.endAll();
    }
  });
}
