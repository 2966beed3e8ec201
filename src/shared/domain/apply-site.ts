/** What events of coordinators that share a queue change. Pure, part of `apply.ts`. */
import { taskNumberOf } from '../ids.ts';
import { assertNever } from '../result.ts';
import type { Attempt } from './attempt.ts';
import type { EventOf } from './event.ts';
import type { StateChange, StateReader, Workshop } from './state.ts';
import type { Task } from './task.ts';

type SiteEvent = EventOf<'site.joined' | 'site.left' | 'site.told' | 'task.moved'>;

export function applySite(state: StateReader, event: SiteEvent): StateChange | undefined {
  const workshop = state.workshop();
  switch (event.type) {
    case 'site.joined': {
      const { site: id, index, highest = 0 } = event;
      const site = { id, index, fence: workshop.lastFence };
      return { workshop: { ...workshop, site, lastTask: Math.max(workshop.lastTask, highest) } };
    }
    case 'site.left':
      return { workshop: { ...workshop, site: null } };
    case 'site.told': {
      const { task, attempt, agent, removedAgent } = event;
      return {
        ...(agent && { agent }),
        ...(removedAgent && { removedAgent }),
        ...(task && known(workshop, task, attempt ?? null)),
      };
    }
    case 'task.moved':
      return known(workshop, event.task, event.attempt);
    default:
      return assertNever(event);
  }
}

/** No number is given out here that stands for something elsewhere. */
function known(workshop: Workshop, task: Task, attempt: Attempt | null): StateChange {
  const lastTask = Math.max(workshop.lastTask, taskNumberOf(task.id));
  const lastFence = Math.max(workshop.lastFence, task.leadFence, attempt?.fence ?? 0);
  return { task, ...(attempt && { attempt }), workshop: { ...workshop, lastTask, lastFence } };
}
