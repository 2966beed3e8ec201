/** Which deliveries of webhooks were here before: kept for eight days, the newest 200,000, in `cache.db`. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../../../shared/clock.ts';
import type { GitHubCache } from '../api/cache.ts';

export interface Deliveries {
  /** True when that delivery was kept before. */
  has(id: string): boolean;
  keep(id: string): void;
  /** Writes what is not on disk yet. */
  close(): void;
}

const KEPT_MS = 8 * 24 * 60 * 60_000;
const MOST = 200_000;
/** They are written together, since they come in bursts; a crash forgets some, which does no harm. */
const FLUSH_MS = 500;
const MOST_WAITING = 250;
/** So many are kept in memory while the disk does not take them, and it is tried again so often. */
const MOST_UNWRITTEN = 5_000;
const AGAIN_MS = 5_000;

export function openDeliveries(
  cache: Pick<GitHubCache, 'db'>,
  clock: Pick<Clock, 'now' | 'after'>,
  most = MOST,
): Deliveries {
  const waiting = new Map<string, number>();
  let cancel = (): void => {};

  function write(): void {
    const db = cache.db();
    const add = db.prepare('INSERT OR IGNORE INTO deliveries (id, at) VALUES (?, ?)');
    db.transaction(() => {
      for (const [id, at] of waiting) add.run(digest(id), at);
      db.prepare('DELETE FROM deliveries WHERE at < ?').run(clock.now() - KEPT_MS);
      db.prepare(
        'DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries ORDER BY at DESC LIMIT -1 OFFSET ?)',
      ).run(most);
    })();
    waiting.clear();
  }

  function flush(): void {
    cancel();
    try {
      write();
    } catch {
      // The disk is full, say: they wait in memory, the newest of them. What is forgotten is looked at once more, no worse.
      for (const id of waiting.keys()) if (waiting.size > MOST_UNWRITTEN) waiting.delete(id);
      cancel = clock.after(AGAIN_MS, flush);
    }
  }

  return {
    has: (id) =>
      waiting.has(id) ||
      cache.db().prepare('SELECT 1 FROM deliveries WHERE id = ?').get(digest(id)) !== undefined,
    keep(id) {
      if (waiting.size === 0) cancel = clock.after(FLUSH_MS, flush);
      waiting.set(id, clock.now());
      // Not again with each one that comes while the disk does not take them.
      if (waiting.size === MOST_WAITING || waiting.size >= 2 * MOST_UNWRITTEN) flush();
    },
    close() {
      if (waiting.size > 0) flush();
      cancel();
    },
  };
}

/** Of one length, whatever somebody sends as an id. */
function digest(id: string): Buffer {
  return createHash('sha256').update(id).digest().subarray(0, 16);
}
