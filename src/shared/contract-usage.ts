/** Operations about what the workshop did and used; a part of the list in `contract.ts`. */
import { z } from 'zod';
import { operation } from './operation.ts';
import { Forecast } from './prediction.ts';
import { Usage } from './usage.ts';

/** Minutes from the caller's wall clock to UTC, as `Date.getTimezoneOffset` gives them: Tokyo is -540. */
const offset = z.coerce.number().int().min(-900).max(900).default(0);
const moment = z.coerce.number().min(0).max(8_640_000_000_000_000);

export const USAGE_GROUPS = ['engine', 'agent', 'repo', 'model'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

export const USAGE_OPERATIONS = {
  'stats.get': operation({
    method: 'GET',
    path: '/api/v1/stats',
    summary: 'What was done on each of the last days, and today against them',
    permission: 'read',
    status: 200,
    input: z.strictObject({ days: z.coerce.number().int().min(1).max(92).default(14), offset }),
    output: z.strictObject({
      /** Oldest first, the present day last. */
      days: z.array(z.strictObject({ at: z.number(), usage: Usage })),
      today: Usage,
      /** What a day had come to at this time, on average of those before; `null` on the first one. */
      usual: Usage.nullable(),
    }),
  }),
  'usage.get': operation({
    method: 'GET',
    path: '/api/v1/usage',
    summary: 'What was used between two moments (epoch ms), by the hour or day and by what used it',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      /** Left out: a week before `to`. */
      from: moment.optional(),
      /** Left out: now. */
      to: moment.optional(),
      by: z.enum(['hour', 'day']).default('day'),
      group: z.enum(USAGE_GROUPS).default('engine'),
      offset,
    }),
    output: z.strictObject({
      /** When each piece begins (epoch ms), oldest first. Attempts that run still are not in their time at work. */
      pieces: z.array(z.number()),
      /** Those that used most first. `name` is `null` for all others together, and empty where nothing was named. */
      groups: z.array(
        z.strictObject({
          name: z.string().nullable(),
          total: Usage,
          /** One for each piece. */
          pieces: z.array(Usage),
        }),
      ),
      total: Usage,
    }),
  }),
  'usage.prediction': operation({
    method: 'GET',
    path: '/api/v1/usage/prediction',
    summary: 'What today comes to if it goes on as the last two hours did',
    permission: 'read',
    status: 200,
    input: z.strictObject({ offset }),
    output: z.strictObject({
      endsAt: z.number(),
      tokens: Forecast,
      costUsd: Forecast,
      /** What it rests on: tokens used in each of the last pieces of `stepMs`, oldest first. */
      recent: z.strictObject({
        from: z.number(),
        stepMs: z.number(),
        tokens: z.array(z.number()),
      }),
    }),
  }),
} as const;
