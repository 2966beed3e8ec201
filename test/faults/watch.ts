/**
 * Follows the coordinator's log over the API and keeps every event that was ever seen. An event that was shown once must stand
 * there for ever, with the same words: what a restarted coordinator tells is compared with it at once.
 */
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import type { Client } from './client.ts';
import type { Violations } from './violations.ts';
import { pause } from './time.ts';

export interface Watch {
  readonly events: readonly StoredEvent[];
  /** Called with each event, once, in order. */
  onEvent(listener: (stored: StoredEvent) => void): void;
  /** Reads what there is until now, and stops. */
  stop(): Promise<void>;
}

const LOOK_MS = 250;
/** How far back it looks again each time: a torn end would show there first. */
const OVERLAP = 20;
const PAGE = 500;

export function watchLog(client: Client, violations: Violations): Watch {
  const events: StoredEvent[] = [];
  const listeners: ((stored: StoredEvent) => void)[] = [];
  let stopped = false;

  async function look(): Promise<boolean> {
    const after = Math.max(0, events.length - OVERLAP);
    const answer = await client.call('events.list', { after, limit: PAGE });
    if (!answer.ok) throw new Error(`the log cannot be read: ${answer.error.message}`);
    const page = answer.value.events;
    if (after + page.length < events.length) {
      violations.add('log', `events after ${after + page.length} were shown and are gone`);
    }
    for (const stored of page) take(stored);
    return page.length === PAGE;
  }

  function take(stored: StoredEvent): void {
    const known = events[stored.seq - 1];
    if (known) {
      if (JSON.stringify(known) !== JSON.stringify(stored))
        violations.add(
          'log',
          `event ${stored.seq} was ${JSON.stringify(known)} and is now ${JSON.stringify(stored)}`,
        );
      return;
    }
    events.push(stored);
    for (const listener of listeners) listener(stored);
  }

  async function follow(): Promise<void> {
    while (!stopped) {
      const more = await look();
      if (!more) await pause(LOOK_MS);
    }
    while (await look());
  }

  const following = follow();
  // Told by `stop`, which everybody who follows calls.
  following.catch(() => {});
  return {
    events,
    onEvent: (listener) => void listeners.push(listener),
    async stop() {
      stopped = true;
      await following;
    },
  };
}
