/**
 * A state in which what is being decided has happened already, so that the next of several decisions of one command is made
 * over the ones before it. Pure; the state beneath never changes.
 */
import { apply } from './apply.ts';
import type { DecideContext } from './command.ts';
import type { Event } from './event.ts';
import { emptyState, type DecideReader, type StateChange } from './state.ts';
import { isEnd } from './task.ts';

export interface Draft extends DecideReader {
  /** What was decided so far, in order. */
  readonly events: readonly Event[];
  /** Takes events over, as if they had been committed. */
  take(events: readonly Event[]): void;
}

export function draftOver(base: DecideReader, { now, actor }: DecideContext): Draft {
  const own = emptyState();
  const events: Event[] = [];
  own.put({ workshop: base.workshop() });
  const draft: Draft = {
    events,
    task: (id) => own.task(id) ?? base.task(id),
    attempt: (id) => own.attempt(id) ?? base.attempt(id),
    agent: (id) => own.agent(id) ?? base.agent(id),
    recurring: (id) => own.recurring(id) ?? base.recurring(id),
    workshop: () => own.workshop(),
    openTaskOf(origin) {
      const found = own.openTaskOf(origin) ?? base.openTaskOf(origin);
      const task = found && draft.task(found.id);
      return task && !isEnd(task.state) ? task : undefined;
    },
    take(more) {
      for (const event of more) {
        events.push(event);
        // It has no place in the log yet, and nothing is made of its number.
        const change: StateChange | undefined = apply(draft, { seq: 1, at: now, actor, event });
        if (change) own.put(change);
      }
    },
  };
  return draft;
}
