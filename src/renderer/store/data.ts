/** The store that screens read: the live copy, the hosts, and the timeline of the task that is open. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { NO_CONSOLES, type ConsoleMap } from './consoles.ts';
import { EMPTY_HOSTS, type Hosts } from './hosts.ts';
import { EMPTY_LIVE, type Live } from './live.ts';
import type { Timeline } from './timeline.ts';

export interface Data {
  readonly live: Live;
  readonly hosts: Hosts;
  readonly consoles: ConsoleMap;
  readonly timeline: Timeline | null;
}

export const EMPTY_DATA: Data = {
  live: EMPTY_LIVE,
  hosts: EMPTY_HOSTS,
  consoles: NO_CONSOLES,
  timeline: null,
};

export type DataStore = StoreApi<Data>;

export function createDataStore(): DataStore {
  return createStore<Data>()(() => EMPTY_DATA);
}
