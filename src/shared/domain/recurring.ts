/** A recurring task: a pattern of tasks and when they come, by a clock of its own time zone. Values only. */
import { z } from 'zod';
import { RecurringId, TaskId } from '../ids.ts';
import { EngineChoice } from './engine.ts';
import { Need } from './need.ts';
import { SecurityLevel } from './security.ts';
import { Specialty } from './specialty.ts';
import { ConcurrencyKey, Priority, RepoRef } from './task.ts';

/** What each of its tasks is made from. */
export const TaskPattern = z.strictObject({
  title: z.string(),
  body: z.string(),
  repo: RepoRef,
  priority: Priority,
  engine: EngineChoice,
  localOnly: z.boolean().optional(),
  needs: z.array(Need),
  specialty: Specialty.optional(),
  security: SecurityLevel.optional(),
  location: z.string().optional(),
  concurrency: z.array(ConcurrencyKey).optional(),
});
export type TaskPattern = z.infer<typeof TaskPattern>;

export const Recurring = z.strictObject({
  id: RecurringId,
  /** Five fields, as in crontab: `30 6 * * 1-5`. */
  cron: z.string().max(200),
  /** IANA name: `Asia/Tokyo`. */
  timeZone: z.string().max(100),
  pattern: TaskPattern,
  /** When the one before is still open: make another all the same, or leave this time out. */
  overlap: z.enum(['allow', 'skip']),
  isOn: z.boolean(),
  /** When it comes next (epoch ms); `null`: it is off, or never again. */
  nextAt: z.number().nullable(),
  lastAt: z.number().nullable(),
  lastTask: TaskId.nullable(),
  createdAt: z.number(),
  createdBy: z.string(),
});
export type Recurring = z.infer<typeof Recurring>;
