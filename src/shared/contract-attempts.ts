/** The part of the contract that is about one attempt from near: its tests, when its engine said what, what it waits for. */
import { z } from 'zod';
import { TestSummary } from './domain/task.ts';
import { Wait } from './domain/wait.ts';
import { AttemptId, TaskId } from './ids.ts';
import { operation } from './operation.ts';
import { TestReport } from './test-output/parse.ts';

/** Without `attempt`: the newest. */
const input = z.strictObject({ id: TaskId, attempt: AttemptId.optional() });

export const AttemptTests = z.strictObject({
  /** `null`: there is no attempt. */
  attemptId: AttemptId.nullable(),
  /** `null`: the tests did not end, or were not come to. */
  summary: TestSummary.nullable(),
  /** What their output says; `null`: nothing was printed. */
  report: TestReport.nullable(),
});
export type AttemptTests = z.infer<typeof AttemptTests>;

export const Outlook = z.strictObject({
  /** When what runs is stopped at the latest (epoch ms); `null`: nothing runs that has a limit. */
  limitAt: z.number().nullable(),
  /** How long attempts took that did such tasks: the median, and of how many; 0: a person said so. `null`: too few did. */
  usual: z.strictObject({ ms: z.number().min(0), of: z.int().min(0) }).nullable(),
  /** Of a task in the queue. */
  wait: z
    .strictObject({
      /** Epoch ms. */
      since: z.number(),
      /** `null`: it is about to be assigned. */
      why: z.string().nullable(),
      /** The same for programs. */
      reason: Wait.nullable(),
      /** Tasks before it in its line; `null`: very many. */
      ahead: z.int().min(0).nullable(),
    })
    .nullable(),
});
export type Outlook = z.infer<typeof Outlook>;

export const ATTEMPT_OPERATIONS = {
  'attempts.tests': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/tests',
    summary: 'What the tests of an attempt said, case by case',
    permission: 'read',
    status: 200,
    input,
    output: AttemptTests,
  }),
  'attempts.transcript_times': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/transcript/times',
    summary: 'When the transcript of an attempt grew, by byte offset',
    permission: 'read',
    status: 200,
    input,
    output: z.strictObject({
      /** What stands from an offset on came at that time (epoch ms). */
      times: z.array(z.strictObject({ offset: z.int().min(0), at: z.number() })),
    }),
  }),
  'attempts.outlook': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/outlook',
    summary: 'How long a task may still take, or what it waits for: only what is known',
    permission: 'read',
    status: 200,
    input: z.strictObject({ id: TaskId }),
    output: Outlook,
  }),
} as const;
