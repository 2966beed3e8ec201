/**
 * A queued task stands in a lane with its likes: the same demand, priority, repository and owner, so that one who waits for a
 * turn, or a part of the queue that is paused, never hides another. Tasks are found by the name of their batch, and by their
 * workflow. And what a workshop keeps besides its tasks: recurring
 * tasks, and how far it has heard of the other coordinators that share its queue. `told`: another one of them leads the task.
 */
export const sql = `
DROP INDEX tasks_ready;
ALTER TABLE tasks ADD COLUMN lane TEXT;
UPDATE tasks SET lane = json_array(demand, doc ->> '$.priority', repo, doc ->> '$.createdBy') WHERE demand IS NOT NULL;
ALTER TABLE tasks DROP COLUMN demand;
CREATE INDEX tasks_ready ON tasks (lane, rank, number) WHERE state = 'queued';

ALTER TABLE tasks ADD COLUMN batch TEXT;
ALTER TABLE tasks ADD COLUMN workflow TEXT;
CREATE INDEX tasks_by_batch ON tasks (batch, number) WHERE batch IS NOT NULL;
CREATE INDEX tasks_by_workflow ON tasks (workflow, number) WHERE workflow IS NOT NULL;

CREATE TABLE recurring (
  number INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;

ALTER TABLE tasks ADD COLUMN told INTEGER;

-- A task that another coordinator leads may wait for one that is not known here.
CREATE TABLE waits (
  task INTEGER NOT NULL REFERENCES tasks (number),
  after INTEGER NOT NULL,
  PRIMARY KEY (task, after)
) STRICT, WITHOUT ROWID;
INSERT INTO waits SELECT task, after FROM dependencies;
DROP TABLE dependencies;
ALTER TABLE waits RENAME TO dependencies;
CREATE INDEX dependencies_after ON dependencies (after);

CREATE TABLE sites (
  id TEXT PRIMARY KEY,
  heard INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;
