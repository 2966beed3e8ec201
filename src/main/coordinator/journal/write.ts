/** Writes one batch: the log, then every row that it changed, in one transaction. */
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
  const { events, tasks, dependencies, attempts, agents, recurring } = tables;
  const { workshop, sites, usage, calls } = tables;
  const transaction = db.transaction((batch: Batch, now: number) => {
    events.append(batch.rows);
    tasks.put(batch.tasks.values());
    tasks.putBodies(batch.bodies);
    for (const { id, after } of batch.created) {
      for (const other of after) dependencies.insert(taskNumberOf(id), taskNumberOf(other));
    }
    for (const [id, after] of batch.rewired)
      dependencies.replace(taskNumberOf(id), after.map(taskNumberOf));
    attempts.put(batch.attempts.values());
    attempts.putReasons(batch.placed);
    for (const [id, { value, seq }] of batch.agents) {
      if (value) agents.put(value, seq);
      else agents.remove(id);
    }
    for (const [id, { value, seq }] of batch.recurrings) {
      if (value) recurring.put(value, seq);
      else recurring.remove(id);
    }
    for (const [id, heard] of batch.heard) sites.put(id, heard);
    usage.add(batch.usage.rows());
    calls.add(batch.calls);
    const { seq, hash, counts } = batch;
    if (batch.rows.length > 0) workshop.set({ seq, hash, counts, workshop: batch.workshop() });
    receipts.write(now);
  });
  return (batch, now) => {
    if (batch.rows.length > 0 || receipts.pending()) transaction.immediate(batch, now);
  };
}
