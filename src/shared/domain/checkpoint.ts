/** Work in progress that is safe with the coordinator: a commit on the work branch of the attempt that made it. */
import { z } from 'zod';
import { AttemptId } from '../ids.ts';

export const Checkpoint = z.strictObject({
  attemptId: AttemptId,
  commit: z.string(),
  /** Epoch ms. */
  at: z.number(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;
