/** What was last taken from the issue that a task was made from: so that an edit here is not undone by an issue that says what it said. */
import { z } from 'zod';

export const IssueSource = z.strictObject({
  state: z.enum(['open', 'closed']),
  /** Who wrote it; `null`: an account that is gone. */
  author: z.string().nullable(),
  /** Of all that a task takes from an issue, in hexadecimal. */
  hash: z.string(),
  /** When the forge says that it changed last (epoch ms). */
  updatedAt: z.number(),
  /** Its labels, when it was read so; what was read before lacks them. */
  labels: z.array(z.string()).optional(),
});
export type IssueSource = z.infer<typeof IssueSource>;
