/** What was done and used, by the hour: an old workshop's last days are read without its log. Filled from the log, see `usage.ts`. */
export const sql = `
CREATE TABLE usage_hours (
  hour INTEGER NOT NULL,
  repo TEXT NOT NULL,
  agent TEXT NOT NULL,
  engine TEXT NOT NULL,
  model TEXT NOT NULL,
  created INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  inputTokens INTEGER NOT NULL,
  outputTokens INTEGER NOT NULL,
  cachedInputTokens INTEGER NOT NULL,
  costMicros INTEGER NOT NULL,
  busyMs INTEGER NOT NULL,
  waitMs INTEGER NOT NULL,
  changedLines INTEGER NOT NULL,
  PRIMARY KEY (hour, repo, agent, engine, model)
) STRICT, WITHOUT ROWID;
`;
