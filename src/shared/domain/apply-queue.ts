/** What events of the queue change. Pure, part of `apply.ts`. */
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
    case 'recurring.saved':
    case 'recurring.fired':
    case 'recurring.removed':
    case 'workflow.started':
      return undefined;
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
