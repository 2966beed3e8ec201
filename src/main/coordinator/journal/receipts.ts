/** Idempotency: the first answer again to a request that was carried out before, within the same commit or long ago. */
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { ReceiptRow } from '../db/receipts.ts';
import type { Tables } from '../db/tables.ts';
import type { Batch } from './batch.ts';
import type { Committed, Receipt } from './port.ts';

const KEEP_MS = 24 * 60 * 60_000;
/** Removed per commit that adds some: more than one commit adds, so they never pile up. */
const PRUNE = 2_000;

export interface Receipts {
  /** Forgets what an earlier batch added: it is in the table, or was refused. */
  begin(): void;
  /** The first answer, or the refusal of another request under the same key; `undefined`: never seen. */
  find(receipt: Receipt, batch: Batch): Result<Committed> | undefined;
  add(row: ReceiptRow): void;
  /** True when there is something to write. */
  pending(): boolean;
  /** Writes what was added; called inside the transaction. */
  write(now: number): void;
}

export function createReceipts({
  receipts,
  events,
}: Pick<Tables, 'receipts' | 'events'>): Receipts {
  let added = new Map<string, ReceiptRow>();
  return {
    begin() {
      if (added.size > 0) added = new Map();
    },
    find({ key, hash }, batch) {
      const row = added.get(key) ?? receipts.get(key);
      if (!row) return undefined;
      if (row.hash !== hash) {
        return fail(
          rejection(
            'idempotency_conflict',
            `the Idempotency-Key ${key} was used for another request; choose a new one`,
            { key },
          ),
        );
      }
      const { seq } = row;
      const first = seq - row.events;
      const own = added.has(key)
        ? batch.events.filter((stored) => stored.seq > first && stored.seq <= seq)
        : events.after(first, row.events);
      return ok({ seq, events: own, repeated: true });
    },
    add: (row) => void added.set(row.key, row),
    pending: () => added.size > 0,
    write(now) {
      if (added.size === 0) return;
      receipts.prune(now - KEEP_MS, PRUNE);
      for (const row of added.values()) receipts.insert(row);
    },
  };
}
