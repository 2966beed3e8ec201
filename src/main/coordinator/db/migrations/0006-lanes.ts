/**
 * A queued task stands in a lane with its likes: the same demand, priority, repository and owner, so that one who waits for a
 * turn, or a part of the queue that is paused, never hides another. And what a workshop keeps besides its tasks: recurring
 * tasks, and how far it has heard of the other coordinators that share its queue.
 */
export const sql = `
DROP INDEX tasks_ready;
ALTER TABLE tasks ADD COLUMN lane TEXT;
UPDATE tasks SET lane = json_array(demand, doc ->> '$.priority', repo, doc ->> '$.createdBy') WHERE demand IS NOT NULL;
ALTER TABLE tasks DROP COLUMN demand;
CREATE INDEX tasks_ready ON tasks (lane, rank, number) WHERE state = 'queued';

CREATE TABLE recurring (
  number INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  next_at REAL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX recurring_due ON recurring (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE sites (
  id TEXT PRIMARY KEY,
  heard INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
