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

-- Long, and hardly ever changed: apart from the row that every step writes anew.
CREATE TABLE bodies (
  task INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE dependencies (
  task INTEGER NOT NULL REFERENCES tasks (number),
  after INTEGER NOT NULL REFERENCES tasks (number),
  PRIMARY KEY (task, after)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependencies_after ON dependencies (after);

-- The fence is given once in the life of a workshop, and growing: a key that is found without a second index.
CREATE TABLE attempts (
  fence INTEGER PRIMARY KEY,
  task INTEGER NOT NULL REFERENCES tasks (number),
  ordinal INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  agent TEXT NOT NULL,
  state TEXT NOT NULL,
  doc TEXT NOT NULL,
  UNIQUE (task, ordinal)
) STRICT;

-- Why the agent was chosen: written once, as JSON.
CREATE TABLE placements (
  fence INTEGER PRIMARY KEY,
  reasons TEXT NOT NULL
) STRICT;

CREATE TABLE agents (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;

-- One row: the head of the log, the counters and switches of the workshop, and the number of tasks in each state.
CREATE TABLE workshop (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  doc TEXT NOT NULL,
  counts TEXT NOT NULL
) STRICT;
INSERT INTO workshop VALUES (
  1, 0, zeroblob(32),
  '{"lastTask":0,"lastFence":0,"queuePaused":false}',
  '{"scheduled":0,"blocked":0,"pending":0,"analyzing":0,"queued":0,"assigned":0,"in_progress":0,"testing":0,"review":0,"completed":0,"failed":0,"cancelled":0}'
);

CREATE TABLE receipts (
  key TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  at REAL NOT NULL,
  seq INTEGER NOT NULL,
  events INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_at ON receipts (at);
`;
