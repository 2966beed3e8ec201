/** Operations about what the workshop did and used; a part of the list in `contract.ts`. */
import { z } from 'zod';
import { CallRecord } from './domain/call.ts';
import { EngineKind } from './domain/engine.ts';
import { AgentId, TaskId } from './ids.ts';
import { ModelAccountId } from './models.ts';
import { operation } from './operation.ts';
import { Confidence, Forecast } from './prediction.ts';
import { Usage } from './usage.ts';

/** Minutes from the caller's wall clock to UTC, as `Date.getTimezoneOffset` gives them: Tokyo is -540. */
const offset = z.coerce.number().int().min(-900).max(900).default(0);
const moment = z.coerce.number().min(0).max(8_640_000_000_000_000);

export const USAGE_GROUPS = ['engine', 'agent', 'repo', 'model', 'account'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

const outlook = {
  /** When it is reached if it goes on like the last two hours (epoch ms); `null`: not before it begins anew. */
  reachesAt: z.number().nullable(),
  /** The part that is used when it begins anew, if it goes on like this; 1 is all of it. */
  expected: z.number(),
  confidence: Confidence,
};

export const LimitOutlook = z.strictObject({
  accountId: ModelAccountId,
  /** As the provider names it. */
  window: z.string(),
  /** 0 to 1. */
  used: z.number(),
  resetAt: z.number().nullable(),
  ...outlook,
});
export type LimitOutlook = z.infer<typeof LimitOutlook>;

export const BudgetOutlook = z.strictObject({
  scope: z.enum(['task', 'repo', 'day']),
  /** The task's id or the repository's address; empty for the day. */
  name: z.string(),
  unit: z.enum(['usd', 'tokens']),
  limit: z.number(),
  used: z.number(),
  /** `null`: it does not begin anew. */
  resetAt: z.number().nullable(),
  ...outlook,
});
export type BudgetOutlook = z.infer<typeof BudgetOutlook>;

/** Of all requests of one task. */
const CallSum = z.strictObject({
  calls: z.number(),
  troubles: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  /** Of those that have a price; `null`: none has. */
  costUsd: z.number().nullable(),
  /** How long they waited for their turn, and took in all. */
  waitMs: z.number(),
  ms: z.number(),
});

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
      limits: z.array(LimitOutlook),
      budgets: z.array(BudgetOutlook),
    }),
  }),
  'usage.calls': operation({
    method: 'GET',
    path: '/api/v1/usage/calls',
    summary: 'Requests to models, newest first: who made them, and what each came to',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      task: TaskId.optional(),
      agent: AgentId.optional(),
      account: ModelAccountId.optional(),
      engine: EngineKind.optional(),
      /** The address of the repository. */
      repo: z.string().max(2_000).optional(),
      /** `true`: only those that went wrong. */
      trouble: z.enum(['true', 'false']).default('false'),
      /** `nextBefore` of the page before. */
      before: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    output: z.strictObject({
      /** There may be none on a page, and more behind it: a search looks at so many at a time. */
      calls: z.array(CallRecord),
      /** Where the next page begins; `null`: that was all. */
      nextBefore: z.number().nullable(),
      /** Of all requests of the task; `null` where none was named. */
      total: CallSum.nullable(),
    }),
  }),
} as const;
