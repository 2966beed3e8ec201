/** The issue a task was made from: asked for each task that is made from one, whether it is there already. */
export const sql = `
ALTER TABLE tasks ADD COLUMN origin TEXT;
CREATE INDEX tasks_by_origin ON tasks (origin) WHERE origin IS NOT NULL;
`;
