/** What events of coordinators that share a queue change. Pure, part of `apply.ts`. */
import { assertNever } from '../result.ts';
import type { EventOf } from './event.ts';
import type { StateChange, StateReader } from './state.ts';

type SiteEvent = EventOf<'site.joined' | 'site.left' | 'site.told' | 'task.moved'>;

export function applySite(state: StateReader, event: SiteEvent): StateChange | undefined {
  switch (event.type) {
    case 'site.joined': {
      const { site: id, index } = event;
      return { workshop: { ...state.workshop(), site: { id, index } } };
    }
    case 'site.left':
      return { workshop: { ...state.workshop(), site: null } };
    case 'site.told':
    case 'task.moved':
      return undefined;
    default:
      return assertNever(event);
  }
}
