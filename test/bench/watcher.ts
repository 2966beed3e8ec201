/** Follows the events of a workshop as its window does, and says when one of a kind comes. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';
import type { Workshop } from '../support/workshop.ts';

export type Match = (stored: StoredEvent) => boolean;

export interface Watcher {
  /** Resolves with the next event that matches. */
  next(match: Match): Promise<StoredEvent>;
  /** Resolves with the first event since the watcher was made that matches, or with the one that is so many-th. */
  seen(match: Match, times?: number): Promise<StoredEvent>;
  close(): void;
}

/** @param after events with higher numbers are followed; without it, those that are still to come */
export async function watchEvents(
  { url, token, call }: Pick<Workshop, 'url' | 'token' | 'call'>,
  after?: number,
): Promise<Watcher> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const waiting = new Set<{ match: Match; found: (stored: StoredEvent) => void }>();
  const past: StoredEvent[] = [];
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const message = ToClient.parse(JSON.parse(String(data)));
    if (message.type !== 'events') return;
    past.push(...message.events);
    for (const wait of waiting) {
      const found = message.events.find(wait.match);
      if (!found) continue;
      waiting.delete(wait);
      wait.found(found);
    }
  });
  await once(socket, 'open');
  const from = after ?? (await call('snapshot.get', {})).seq;
  socket.send(JSON.stringify({ type: 'subscribe', after: from }));
  const next = (match: Match): Promise<StoredEvent> =>
    new Promise((found) => waiting.add({ match, found }));
  return {
    next,
    async seen(match, times = 1) {
      for (;;) {
        const found = past.filter(match)[times - 1];
        if (found) return found;
        await next(match);
      }
    },
    close: () => socket.close(),
  };
}
