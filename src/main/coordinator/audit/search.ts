/**
 * Looks into the log backwards. Only tasks have an index there, as every further one would cost each command; so a search walks
 * the log itself, but only a slice of it per call, that is for some ten milliseconds at most: whoever wants more calls again.
 */
import type { AuditFilter } from '../../../shared/contract-audit.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import { storedEvent, type EventRow } from '../db/events.ts';
import type { Db } from '../db/open.ts';
import { FIRST_HASH } from '../journal/chain.ts';

/** Events looked at in one call. */
const SLICE = 10_000;

export interface FoundEvent {
  readonly stored: StoredEvent;
  /** The JSON as it stands. */
  readonly body: string;
  readonly hash: string;
}

export interface FoundPage {
  readonly found: readonly FoundEvent[];
  /** Where the next call goes on; `null`: that was all. */
  readonly nextBefore: number | null;
  /** The time of the oldest event that was looked at; `null`: there was none. */
  readonly lookedTo: number | null;
}

export interface LogSearch {
  /** Events with numbers between `after` and `before` (neither included) that fit, newest first. */
  page(
    filter: AuditFilter,
    range: { before?: number | undefined; after: number; limit: number },
  ): FoundPage;
  /** One event, and the hash of the one before it; `null`: there is none of that number. */
  event(seq: number): (FoundEvent & { readonly previous: string }) | null;
}

const COLUMNS = 'seq, at, actor, type, task, body, lower(hex(hash)) AS hash';

/** @param slice events looked at in one call */
export function createLogSearch(db: Db, slice = SLICE): LogSearch {
  const newest = db.prepare<[], { seq: number }>(
    'SELECT seq FROM events ORDER BY seq DESC LIMIT 1',
  );
  const bySeq = db.prepare<[number], EventRow>(`SELECT ${COLUMNS} FROM events WHERE seq = ?`);
  const timeOf = db.prepare<[number], { at: number }>('SELECT at FROM events WHERE seq = ?');
  const found = (row: EventRow): FoundEvent => ({
    stored: storedEvent(row, db.name),
    body: row.body,
    hash: row.hash,
  });

  /** The first event stamped at or after a time, by halving; `last + 1` when there is none. */
  function firstSince(at: number, last: number): number {
    let low = 1;
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((timeOf.get(middle)?.at ?? at) >= at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return {
    page(filter, { before, after, limit }) {
      const last = newest.get()?.seq ?? 0;
      const { since, until, task } = filter;
      const low = Math.max(after + 1, since === undefined ? 1 : firstSince(since, last));
      const end = until === undefined ? last + 1 : firstSince(until + 1, last);
      const high = Math.min(before ?? last + 1, end);
      if (low >= high) return { found: [], nextBefore: null, lookedTo: null };
      // The index of tasks leads to the right events at once.
      const floor = task === undefined ? Math.max(low, high - slice) : low;
      const { sql, values } = whereOf(filter);
      const rows = db
        .prepare<(string | number)[], EventRow>(
          `SELECT ${COLUMNS} FROM events WHERE seq >= ? AND seq < ?${sql} ORDER BY seq DESC LIMIT ?`,
        )
        .all(floor, high, ...values, limit);
      const oldest = rows.length === limit ? (rows.at(-1)?.seq ?? floor) : floor;
      return {
        found: rows.map(found),
        nextBefore: oldest > low ? oldest : null,
        lookedTo: timeOf.get(oldest)?.at ?? null,
      };
    },
    event(seq) {
      const row = bySeq.get(seq);
      return row ? { ...found(row), previous: bySeq.get(seq - 1)?.hash ?? FIRST_HASH } : null;
    },
  };
}

/** The conditions of a filter but those on time, which are numbers of events by then. */
function whereOf({ kind, type, task, agent, actor, q = '' }: AuditFilter) {
  const parts: [string, ...(string | number)[]][] = [];
  if (task !== undefined) parts.push(['task = ?', taskNumberOf(task)]);
  // The dot is followed by the slash: all texts in between begin with it.
  if (kind !== undefined) parts.push(['type > ? AND type < ?', `${kind}.`, `${kind}/`]);
  if (type !== undefined) parts.push(['type = ?', type]);
  if (actor !== undefined) parts.push(['actor = ?', actor]);
  if (agent !== undefined) {
    // Most bodies do not name it at all, and are not read as JSON.
    const names = "instr(body, ?) > 0 AND json_extract(body, '$.agentId') = ?";
    parts.push([`(actor = ? OR ${names})`, `agent:${agent}`, agent, agent]);
  }
  if (q !== '') parts.push([String.raw`body LIKE ? ESCAPE '\'`, `%${escaped(q)}%`]);
  return {
    sql: parts.map(([part]) => ` AND ${part}`).join(''),
    values: parts.flatMap(([, ...values]) => values),
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
