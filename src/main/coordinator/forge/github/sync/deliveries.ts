/** Which deliveries of webhooks were here before: kept for eight days, the newest 200,000, in `cache.db`. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../../../shared/clock.ts';
import type { GitHubCache } from '../api/cache.ts';

export interface Deliveries {
  /** True when that delivery was kept before. */
  has(id: string): boolean;
  keep(id: string): void;
}

const KEPT_MS = 8 * 24 * 60 * 60_000;
const MOST = 200_000;
/** What is too old or too much is thrown away once in so many. */
const ROUND = 1_000;

export function openDeliveries(
  cache: Pick<GitHubCache, 'db'>,
  clock: Pick<Clock, 'now'>,
  most = MOST,
): Deliveries {
  let left = 0;
  return {
    has: (id) =>
      cache.db().prepare('SELECT 1 FROM deliveries WHERE id = ?').get(digest(id)) !== undefined,
    keep(id) {
      const db = cache.db();
      db.prepare('INSERT OR IGNORE INTO deliveries (id, at) VALUES (?, ?)').run(
        digest(id),
        clock.now(),
      );
      left -= 1;
      if (left > 0) return;
      left = Math.min(ROUND, most);
      db.prepare('DELETE FROM deliveries WHERE at < ?').run(clock.now() - KEPT_MS);
      db.prepare(
        'DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries ORDER BY at DESC LIMIT -1 OFFSET ?)',
      ).run(most);
    },
  };
}

/** Of one length, whatever somebody sends as an id. */
function digest(id: string): Buffer {
  return createHash('sha256').update(id).digest().subarray(0, 16);
}
