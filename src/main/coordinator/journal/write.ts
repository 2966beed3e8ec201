/** Writes one batch: the log, then every row that it changed, in one transaction. */
import { TASK_STATES } from '../../../shared/domain/task.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import type { Db } from '../db/open.ts';
import type { Tables } from '../db/tables.ts';
import type { Batch } from './batch.ts';
import type { Receipts } from './receipts.ts';

/** Answers a function that returns when the batch is on disk, and throws with nothing of it written. */
export function batchWriter(
  db: Db,
  tables: Tables,
  receipts: Receipts,
): (batch: Batch, now: number) => void {
  const transaction = db.transaction((batch: Batch, now: number) => {
    for (const row of batch.rows) tables.events.append(row);
    writeTasks(batch, tables);
    for (const { value, seq, before } of batch.attempts.values()) {
      if (before) tables.attempts.update(value, seq);
      else tables.attempts.insert(value, seq);
    }
    for (const [id, { value, seq }] of batch.agents) {
      if (value) tables.agents.put(value, seq);
      else tables.agents.remove(id);
    }
    receipts.write(now);
    if (batch.rows.length === 0) return;
    tables.workshop.set({
      seq: batch.seq,
      hash: Buffer.from(batch.hash, 'hex'),
      workshop: batch.workshop(),
    });
  });
  return (batch, now) => {
    if (batch.rows.length > 0 || receipts.pending()) transaction.immediate(batch, now);
  };
}

function writeTasks(batch: Batch, { tasks, dependencies, counts }: Tables): void {
  if (batch.tasks.size === 0) return;
  for (const { value, seq, before } of batch.tasks.values()) {
    if (before) {
      tasks.update(value, seq, before);
      continue;
    }
    tasks.insert(value, seq);
    for (const after of value.after)
      dependencies.insert(taskNumberOf(value.id), taskNumberOf(after));
  }
  const now = batch.counts();
  for (const state of TASK_STATES)
    if (now[state] !== batch.countsBefore[state]) counts.set(state, now[state]);
}
