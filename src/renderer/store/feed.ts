/** Takes what the live connection brought into the store, in one step per batch. */
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { TaskId } from '../../shared/ids.ts';
import type { Provisioning } from '../../shared/provisioning.ts';
import type { LiveMessage } from '../client/inbox.ts';
import { withConsole } from './consoles.ts';
import type { DataStore } from './data.ts';
import { withProvisionings } from './hosts.ts';
import { fold, fromSnapshot, withVitals } from './live.ts';
import { extend } from './timeline.ts';

export interface Taken {
  /** Something is missing that only a new snapshot brings. */
  readonly needsSnapshot: boolean;
  /** Tasks to ask for by themselves. */
  readonly missing: ReadonlySet<TaskId>;
  /** The events of the batch, for what must be said aloud. */
  readonly heard: readonly StoredEvent[];
}

/** @param now epoch ms */
export function takeIn(data: DataStore, messages: readonly LiveMessage[], now: number): Taken {
  let { live, hosts, consoles, timeline } = data.getState();
  const provisionings: Provisioning[] = [];
  const heard: StoredEvent[] = [];
  const missing = new Set<TaskId>();
  let needsSnapshot = false;
  for (const message of messages) {
    if (message.type === 'snapshot') {
      live = fromSnapshot(live, message.snapshot);
      needsSnapshot = false;
    } else if (message.type === 'vitals') live = withVitals(live, message.vitals, now);
    else if (message.type === 'conditions') live = { ...live, conditions: message.conditions };
    else if (message.type === 'provisioning') provisionings.push(message.provisioning);
    else if (message.type === 'console')
      consoles = withConsole(consoles, message.console, message.you);
    else if (message.type === 'rollout') hosts = { ...hosts, rollout: message.rollout };
    else if (message.type === 'events' && !needsSnapshot) {
      const folded = fold(live, message.events);
      live = folded.live;
      needsSnapshot = folded.gaps.needsSnapshot;
      for (const id of folded.gaps.tasks) missing.add(id);
      heard.push(...message.events);
    }
  }
  if (timeline) timeline = extend(timeline, heard);
  hosts = withProvisionings(hosts, provisionings);
  data.setState({ live, hosts, consoles, timeline });
  return { needsSnapshot, missing, heard };
}
