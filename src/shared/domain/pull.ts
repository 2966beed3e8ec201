/** A pull request as its forge showed it last: what the window shows of it, and what decides how its task goes on. */
import { z } from 'zod';
import { line } from '../text.ts';

/** Checks kept of one pull request. */
export const MOST_CHECKS = 50;

export const PullCheck = z.strictObject({
  name: z.string(),
  state: z.enum(['pending', 'passed', 'failed']),
  /** Where the forge shows it; `null`: nowhere. */
  url: z.string().nullable(),
});
export type PullCheck = z.infer<typeof PullCheck>;

export const PullRequest = z.strictObject({
  /** The repository, as the forge names it now: `acme/shop`. */
  repo: line(300),
  number: z.int().min(1),
  url: line(2_000),
  branch: z.string(),
  base: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  isDraft: z.boolean(),
  /** The commit that the forge has at the tip of the branch. */
  headCommit: z.string(),
  /** The commit of the task's change, where it is in it although others pushed after it. */
  holds: z.string().optional(),
  checks: z.enum(['none', 'pending', 'passed', 'failed']),
  checkRuns: z.array(PullCheck).max(MOST_CHECKS),
  review: z.enum(['none', 'required', 'approved', 'changes_requested']),
  /** Whether it could be merged as it stands; `blocked`: a rule of the forge is not met yet. */
  mergeable: z.enum(['unknown', 'clean', 'conflict', 'behind', 'blocked']),
  /** The forge merges it by itself when its rules are met, or it waits in the merge queue. */
  autoMerge: z.boolean(),
  /** `null` until it is merged. */
  mergeCommit: z.string().nullable(),
  /** Who merged it, or closed it; `null`: nobody yet. */
  endedBy: z.string().nullable(),
});
export type PullRequest = z.infer<typeof PullRequest>;
