/** What events of the queue change. Pure, part of `apply.ts`. */
import { recurringNumberOf, workflowNumberOf } from '../ids.ts';
import { assertNever } from '../result.ts';
import type { EventOf } from './event.ts';
import { withPause } from './queue-scope.ts';
import type { StateChange, StateReader, Workshop } from './state.ts';

type QueueEvent = EventOf<
  | 'queue.paused'
  | 'queue.resumed'
  | 'recurring.saved'
  | 'recurring.fired'
  | 'recurring.removed'
  | 'workflow.started'
>;

export function applyQueue(state: StateReader, event: QueueEvent): StateChange | undefined {
  switch (event.type) {
    case 'queue.paused':
    case 'queue.resumed':
      return { workshop: switched(state.workshop(), event) };
    case 'recurring.saved': {
      const { recurring } = event;
      const workshop = state.workshop();
      const lastRecurring = Math.max(workshop.lastRecurring, recurringNumberOf(recurring.id));
      return { recurring, workshop: { ...workshop, lastRecurring } };
    }
    case 'recurring.fired': {
      const { at: lastAt, nextAt, made } = event;
      const before = state.recurring(event.recurringId);
      return (
        before && { recurring: { ...before, nextAt, lastAt, lastTask: made ?? before.lastTask } }
      );
    }
    case 'recurring.removed':
      return { removedRecurring: event.recurringId };
    case 'workflow.started': {
      const workshop = state.workshop();
      const lastWorkflow = Math.max(workshop.lastWorkflow, workflowNumberOf(event.workflowId));
      return { workshop: { ...workshop, lastWorkflow } };
    }
    default:
      return assertNever(event);
  }
}

function switched(
  workshop: Workshop,
  { type, scope }: EventOf<'queue.paused' | 'queue.resumed'>,
): Workshop {
  const paused = type === 'queue.paused';
  if (!scope) return { ...workshop, queuePaused: paused };
  return { ...workshop, pauses: withPause(workshop, scope, paused) };
}
