/**
 * Conditional requests: what GitHub answered before, by account and address, so that it need only say that nothing changed,
 * which costs nothing of the budget. Bounded: what was used longest ago goes first.
 */
import type { GitHubCache } from './cache.ts';

export interface Known {
  readonly etag: string;
  readonly status: number;
  readonly link: string | null;
  readonly body: string;
}

/** Keys begin with the id of the account, and a line break. */
export interface Conditional {
  find(key: string): Known | undefined;
  keep(key: string, known: Known): void;
  /** Of an account that signed out. */
  forget(accountId: string): void;
}

/** An answer above this is not kept. */
const LARGEST = 2_000_000;
/** All bodies together, in characters. */
const MOST = 64_000_000;
/** So many are thrown away at once, so that it is not done for each. */
const AT_ONCE = 200;

/** @param most characters of all bodies together */
export function createConditional(cache: GitHubCache, most = MOST): Conditional {
  let uses = 0;
  let total = -1;
  const nextUse = (): number => {
    uses ||= scalar(cache, 'SELECT coalesce(max(used), 0) FROM etags');
    return ++uses;
  };
  return {
    find(key) {
      const known = cache
        .db()
        .prepare<[string], Known>('SELECT etag, status, link, body FROM etags WHERE key = ?')
        .get(key);
      if (known) cache.db().prepare('UPDATE etags SET used = ? WHERE key = ?').run(nextUse(), key);
      return known;
    },
    keep(key, { etag, status, link, body }) {
      if (body.length > LARGEST) return;
      const db = cache.db();
      if (total < 0) total = sizeOfAll(cache);
      const before = db
        .prepare<[string], number>('SELECT size FROM etags WHERE key = ?')
        .pluck()
        .get(key);
      db.prepare(
        'INSERT OR REPLACE INTO etags (key, etag, status, link, body, size, used) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).run(key, etag, status, link, body, body.length, nextUse());
      total += body.length - (before ?? 0);
      if (total > most) total = prune(cache, most);
    },
    forget(accountId) {
      const range = [`${accountId}\n`, `${accountId}\u000b`];
      cache
        .db()
        .prepare('DELETE FROM etags WHERE key >= ? AND key < ?')
        .run(...range);
      total = -1;
    },
  };
}

/** @returns the size of what is left */
function prune(cache: GitHubCache, most: number): number {
  for (;;) {
    const total = sizeOfAll(cache);
    if (total <= most) return total;
    const many = Math.ceil(scalar(cache, 'SELECT count(*) FROM etags') / 4);
    cache
      .db()
      .prepare('DELETE FROM etags WHERE key IN (SELECT key FROM etags ORDER BY used LIMIT ?)')
      .run(Math.min(AT_ONCE, many));
  }
}

function sizeOfAll(cache: GitHubCache): number {
  return scalar(cache, 'SELECT coalesce(sum(size), 0) FROM etags');
}

function scalar(cache: GitHubCache, sql: string): number {
  return cache.db().prepare<[], number>(sql).pluck().get() ?? 0;
}
