/** Up to which event of its log each other coordinator that shares the queue was heard. */
import { SiteId } from '../../../shared/ids.ts';
import type { Db } from './open.ts';

export interface SiteTable {
  put(id: SiteId, heard: number): void;
  /** In order of id. */
  all(): (readonly [id: SiteId, heard: number])[];
}

export function siteTable(db: Db): SiteTable {
  const put = db.prepare<[string, number]>(
    'INSERT INTO sites (id, heard) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET heard = excluded.heard',
  );
  const all = db.prepare<[], { id: string; heard: number }>(
    'SELECT id, heard FROM sites ORDER BY id',
  );
  return {
    put: (id, heard) => void put.run(id, heard),
    all: () => all.all().map(({ id, heard }) => [SiteId.parse(id), heard] as const),
  };
}
