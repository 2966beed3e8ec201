/** The part of the contract that is about when a terminal printed what: seeking, replaying, and the strip above the replay. */
import { z } from 'zod';
import { ConsoleId } from './console.ts';
import { AttemptId, TaskId } from './ids.ts';
import { operation } from './operation.ts';

const offset = z.int().min(0);
/** A place in the output, in bytes, and when it was printed (epoch ms). */
const TerminalMoment = z.strictObject({ offset, at: z.number() });
export type TerminalMoment = z.infer<typeof TerminalMoment>;

/** Without `attempt`: the newest. `takeOver`: what the console of a take-over of it showed, in place of its terminal. */
const input = z.strictObject({
  id: TaskId,
  attempt: AttemptId.optional(),
  takeOver: ConsoleId.optional(),
});
const count = z.coerce.number().min(0);

export const TERMINAL_OPERATIONS = {
  'terminal.seek': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/terminal/seek',
    summary:
      'How far the terminal of an attempt was at a time, or when it printed what is at an offset',
    permission: 'read',
    status: 200,
    input: input.extend({ at: count.optional(), offset: count.pipe(z.int()).optional() }),
    output: z.strictObject({
      /** `null`: nothing was printed. Without a time or an offset: the last. */
      moment: TerminalMoment.nullable(),
      first: TerminalMoment.nullable(),
      last: TerminalMoment.nullable(),
    }),
  }),
  'terminal.pace': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/terminal/pace',
    summary: 'In which steps the output of an attempt came, from an offset on',
    permission: 'read',
    status: 200,
    input: input.extend({ from: count.pipe(z.int()).default(0) }),
    output: z.strictObject({ places: z.array(TerminalMoment), next: offset.nullable() }),
  }),
  'terminal.modes': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/terminal/modes',
    summary: 'What sets a new terminal up as that of an attempt was before an offset',
    permission: 'read',
    status: 200,
    input: input.extend({ offset: count.pipe(z.int()) }),
    /** Escape sequences. */
    output: z.strictObject({ modes: z.string() }),
  }),
  'terminal.activity': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/terminal/activity',
    summary: 'How much the terminal of an attempt printed in each part of its time',
    permission: 'read',
    status: 200,
    input: input.extend({ buckets: z.coerce.number().int().min(1).max(1_000).default(200) }),
    output: z.strictObject({
      first: TerminalMoment.nullable(),
      last: TerminalMoment.nullable(),
      /** Bytes; of a large recording, roughly. */
      buckets: z.array(z.int().min(0)),
    }),
  }),
} as const;
