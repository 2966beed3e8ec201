/** A rollout: an update that goes over the fleet, a few agents at a time, and stops at the first that fails. */
import { z } from 'zod';
import { AgentId } from './ids.ts';

export const Rollout = z.strictObject({
  state: z.enum(['none', 'running', 'paused', 'stopped', 'done']),
  /** What agents are updated to; also while there is none, so that one sees who is behind. Empty: nothing was built. */
  version: z.string(),
  build: z.string(),
  /** So many agents are updated at once. */
  atOnce: z.int().min(1),
  startedAt: z.number().nullable(),
  agents: z.array(
    z.strictObject({
      agentId: AgentId,
      state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
      why: z.string().nullable(),
    }),
  ),
  /** Why it stopped. */
  message: z.string().nullable(),
});
export type Rollout = z.infer<typeof Rollout>;
