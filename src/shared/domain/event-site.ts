/**
 * Events of coordinators that share a queue: each is a site, leads some tasks, and hears of the others'. Part of `event.ts`,
 * whose rules hold here too.
 */
import { z } from 'zod';
import { AgentId, SiteId, TaskId } from '../ids.ts';
import { Agent } from './agent.ts';
import { Attempt } from './attempt.ts';
import { Task } from './task.ts';

export const SITE_EVENTS = [
  /** This coordinator shares a queue from now on. `index` makes its task numbers its own. */
  z.strictObject({
    type: z.literal('site.joined'),
    site: SiteId,
    index: z.int().min(0),
    /** The highest task number that any coordinator shares. */
    highest: z.int().min(0).optional(),
  }),
  /** It shares none any more; what it led is its own alone. */
  z.strictObject({ type: z.literal('site.left') }),
  /** This coordinator leads the task for the whole workshop (`site`), or it is its own alone again (`null`). */
  z.strictObject({
    type: z.literal('task.shared'),
    taskId: TaskId,
    site: SiteId.nullable(),
    leadFence: z.int().min(0),
  }),
  /** This coordinator leads it now, which another one led before: as it stands from here on. */
  z.strictObject({
    type: z.literal('task.moved'),
    taskId: TaskId,
    task: Task,
    attempt: Attempt.nullable(),
    why: z.enum(['taken', 'site_lost']),
  }),
  /** Another site told what changed there: how the things concerned stand after event `seq` of its log. */
  z.strictObject({
    type: z.literal('site.told'),
    site: SiteId,
    seq: z.int().min(0),
    /** The task it is about, if any. */
    about: TaskId.optional(),
    task: Task.optional(),
    attempt: Attempt.optional(),
    agent: Agent.optional(),
    removedAgent: AgentId.optional(),
    /** What happened, in English, for the timeline. */
    words: z.string().max(2_000),
  }),
] as const;
