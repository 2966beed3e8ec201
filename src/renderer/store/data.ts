/** The store that screens read: the live copy, the hosts, and the timeline of the task that is open. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { EMPTY_HOSTS, type Hosts } from './hosts.ts';
import { EMPTY_LIVE, type Live } from './live.ts';
import type { Timeline } from './timeline.ts';

export interface Data {
  readonly live: Live;
  readonly hosts: Hosts;
  readonly timeline: Timeline | null;
}

export type DataStore = StoreApi<Data>;

export function createDataStore(): DataStore {
  return createStore<Data>()(() => ({ live: EMPTY_LIVE, hosts: EMPTY_HOSTS, timeline: null }));
}
