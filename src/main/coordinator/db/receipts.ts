/** Receipts: which request under which key led to which events, so that a repeated one is answered and not carried out. */
import type { Db } from './open.ts';

export interface ReceiptRow {
  readonly key: string;
  readonly hash: string;
  readonly at: number;
  /** The newest event after the command, and how many up to it are the command's own. */
  readonly seq: number;
  readonly events: number;
}

export interface ReceiptTable {
  insert(row: ReceiptRow): void;
  get(key: string): ReceiptRow | undefined;
  /** Those of commands after event `after`, up to event `upTo`. */
  between(after: number, upTo: number): ReceiptRow[];
  /** Removes at most `limit` receipts from before `at` (epoch ms), the oldest first. */
  prune(at: number, limit: number): void;
}

export function receiptTable(db: Db): ReceiptTable {
  const insert = db.prepare<[string, string, number, number, number]>(
    'INSERT INTO receipts (key, hash, at, seq, events) VALUES (?, ?, ?, ?, ?)',
  );
  const get = db.prepare<[string], ReceiptRow>(
    'SELECT key, hash, at, seq, events FROM receipts WHERE key = +?',
  );
  const between = db.prepare<[number, number], ReceiptRow>(
    'SELECT key, hash, at, seq, events FROM receipts WHERE seq > +? AND seq <= +?',
  );
  const prune = db.prepare<[number, number]>(
    'DELETE FROM receipts WHERE key IN (SELECT key FROM receipts WHERE at < +? ORDER BY at LIMIT 0 + ?)',
  );
  return {
    insert: ({ key, hash, at, seq, events }) => void insert.run(key, hash, at, seq, events),
    get: (key) => get.get(key),
    between: (after, upTo) => between.all(after, upTo),
    prune: (at, limit) => void prune.run(at, limit),
  };
}
