/** A backup is replayed in slices of the log, and each slice asks for the receipts of its own events. */
export const sql = 'CREATE INDEX receipts_seq ON receipts (seq);';
