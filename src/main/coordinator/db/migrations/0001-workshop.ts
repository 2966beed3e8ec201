/**
 * The first schema. Every table but `events` holds the newest state of one kind of thing: columns for what is searched, and
 * the whole as JSON in `doc`. `seq` is the event that changed the row last.
 */
export const sql = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  actor TEXT NOT NULL,
  type TEXT NOT NULL,
  task INTEGER,
  body TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
-- Within one task the rowid, which is seq, is the order of the index.
CREATE INDEX events_of_task ON events (task) WHERE task IS NOT NULL;

CREATE TABLE tasks (
  number INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  demand TEXT,
  rank REAL,
  due_at REAL,
  updated_at REAL NOT NULL,
  specialty TEXT,
  repo TEXT NOT NULL,
  title TEXT NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX tasks_by_state ON tasks (state);
CREATE INDEX tasks_ready ON tasks (demand, rank, number) WHERE state = 'queued';
CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX tasks_ended ON tasks (updated_at) WHERE state IN ('completed', 'cancelled');

CREATE TABLE task_counts (
  state TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dependencies (
  task INTEGER NOT NULL REFERENCES tasks (number),
  after INTEGER NOT NULL REFERENCES tasks (number),
  PRIMARY KEY (task, after)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependencies_after ON dependencies (after);

CREATE TABLE attempts (
  task INTEGER NOT NULL REFERENCES tasks (number),
  ordinal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  agent TEXT NOT NULL,
  state TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (task, ordinal)
) STRICT;

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;

-- One row: the head of the log, and the counters and switches of the workshop.
CREATE TABLE workshop (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  doc TEXT NOT NULL
) STRICT;
INSERT INTO workshop VALUES (1, 0, zeroblob(32), '{"lastTask":0,"lastFence":0,"queuePaused":false}');

CREATE TABLE receipts (
  key TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  at REAL NOT NULL,
  seq INTEGER NOT NULL,
  events INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_at ON receipts (at);
`;
