/**
 * Issues that are to be looked at again, because somebody or something said that they changed. Each is in it once, however often
 * that is said; on disk, so that a restart forgets none.
 */
import { z } from 'zod';
import { Origin } from '../../../../../shared/domain/origin.ts';
import type { GitHubCache } from '../api/cache.ts';
import { issueKeyOf } from './keys.ts';

export interface Mark {
  readonly key: string;
  readonly origin: Origin;
  /** Counts how often it was marked. */
  readonly n: number;
  /** How often it could not be looked at. */
  readonly tries: number;
}

export interface Dirty {
  /** Nothing happens for what is no issue. A mark that waits for a time is due at once. */
  add(origin: Origin): void;
  /** Those that are due, oldest first, but those of the given keys. */
  due(host: string, now: number, most: number, but: ReadonlySet<string>): readonly Mark[];
  /** It was looked at; it stays when it was marked again meanwhile. */
  done(mark: Mark): void;
  /** It could not be looked at: not before that time (monotonic ms). */
  later(mark: Mark, at: number): void;
  /** All that wait for a time, or for a sign-in, are due at once. */
  hurry(): void;
  /** ms until the next of a host is due; `null`: there is none. */
  next(host: string, now: number): number | null;
  hosts(): ReadonlySet<string>;
}

interface Entry {
  origin: Origin;
  n: number;
  tries: number;
  at: number;
}

const Row = z.object({ key: z.string(), origin: z.string() });

export function openDirty(cache: Pick<GitHubCache, 'db'>): Dirty {
  const byHost = new Map<string, Map<string, Entry>>();
  const entriesOf = (key: string): Map<string, Entry> => {
    const host = hostIn(key);
    const known = byHost.get(host) ?? new Map<string, Entry>();
    byHost.set(host, known);
    return known;
  };
  for (const row of z.array(Row).parse(cache.db().prepare('SELECT key, origin FROM dirty').all())) {
    const origin = Origin.safeParse(JSON.parse(row.origin));
    if (origin.success)
      entriesOf(row.key).set(row.key, { origin: origin.data, n: 1, tries: 0, at: -Infinity });
  }
  return {
    add(origin) {
      const key = issueKeyOf(origin.url);
      if (key === null) return;
      const entries = entriesOf(key);
      const known = entries.get(key);
      if (known) return void Object.assign(known, { n: known.n + 1, tries: 0, at: -Infinity });
      const add = cache.db().prepare('INSERT OR REPLACE INTO dirty (key, origin) VALUES (?, ?)');
      add.run(key, JSON.stringify(origin));
      entries.set(key, { origin, n: 1, tries: 0, at: -Infinity });
    },
    due(host, now, most, but) {
      const found: Mark[] = [];
      for (const [key, { at, ...entry }] of byHost.get(host) ?? []) {
        if (found.length === most) break;
        if (at <= now && !but.has(key)) found.push({ key, ...entry });
      }
      return found;
    },
    done({ key, n }) {
      const entries = entriesOf(key);
      if (entries.get(key)?.n !== n) return;
      entries.delete(key);
      cache.db().prepare('DELETE FROM dirty WHERE key = ?').run(key);
    },
    later({ key, n, tries }, at) {
      const entry = entriesOf(key).get(key);
      if (entry?.n === n) Object.assign(entry, { tries: tries + 1, at });
    },
    hurry() {
      for (const entries of byHost.values())
        for (const entry of entries.values()) entry.at = -Infinity;
    },
    next(host, now) {
      let first: number | null = null;
      for (const { at } of byHost.get(host)?.values() ?? []) first = Math.min(first ?? at, at);
      // For ever: a sign-in hurries it.
      return first === null || first === Infinity ? null : Math.max(0, first - now);
    },
    hosts: () => new Set([...byHost].flatMap(([host, { size }]) => (size > 0 ? [host] : []))),
  };
}

function hostIn(key: string): string {
  return key.split('/', 1)[0] ?? '';
}
