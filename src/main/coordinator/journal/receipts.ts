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
  /** As `find`, for what is committed already. */
  written(receipt: Receipt): Result<Committed> | undefined;
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
  const committed = ({ seq, events: count }: ReceiptRow): Committed => ({
    seq,
    events: events.after(seq - count, count),
    repeated: true,
  });
  return {
    begin() {
      if (added.size > 0) added = new Map();
    },
    written(receipt) {
      const row = receipts.get(receipt.key);
      return row && answerOf(row, receipt, () => committed(row));
    },
    find(receipt, batch) {
      const own = added.get(receipt.key);
      if (!own) return this.written(receipt);
      const first = own.seq - own.events;
      const isOwn = (seq: number): boolean => seq > first && seq <= own.seq;
      return answerOf(own, receipt, () => {
        const { seq } = own;
        return { seq, events: batch.events.filter((one) => isOwn(one.seq)), repeated: true };
      });
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

function answerOf(
  row: ReceiptRow,
  { key, hash }: Receipt,
  answer: () => Committed,
): Result<Committed> {
  if (row.hash === hash) return ok(answer());
  const message = `the Idempotency-Key ${key} was used for another request; choose a new one`;
  return fail(rejection('idempotency_conflict', message, { key }));
}
