/** Requests to models, one row each: who made them and what they came to. Filled from the log, see `calls.ts`. */
export const sql = `
CREATE TABLE model_calls (
  seq INTEGER PRIMARY KEY,
  at REAL NOT NULL,
  task INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  agent TEXT NOT NULL,
  repo TEXT NOT NULL,
  engine TEXT NOT NULL,
  account TEXT,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  inputTokens INTEGER NOT NULL,
  outputTokens INTEGER NOT NULL,
  cachedInputTokens INTEGER NOT NULL,
  costUsd REAL,
  status INTEGER NOT NULL,
  waitMs INTEGER NOT NULL,
  firstByteMs INTEGER,
  ms INTEGER NOT NULL,
  trouble TEXT
) STRICT;
-- Within one task the rowid, which is seq, is the order of the index.
CREATE INDEX model_calls_of_task ON model_calls (task);
CREATE INDEX model_calls_by_time ON model_calls (at);
`;
