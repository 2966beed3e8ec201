/**
 * An order of a program on an agent's PC, as it goes through the agent to the coordinator. The agent passes on the text that
 * it was given; whether that is an order is said here, by the coordinator.
 */
import { z } from 'zod';
import { NewTask, Priority } from '../domain/task.ts';
import { Specialty } from '../domain/specialty.ts';
import { rejection, type Rejection } from '../errors.ts';
import { TaskId } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';
import { line, paragraphs } from '../text.ts';

/** Bytes of the text of an order. */
export const MOST_ORDER_BYTES = 1024 * 1024;
/** How long an agent waits for the answer; the coordinator may have to look at a repository far away. */
export const ORDER_ANSWER_MS = 30_000;

export const OrderKey = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** Part of the frame. `body`: JSON; the same order under the same key is carried out once. */
export const TaskOrder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create'), key: OrderKey, body: z.string().max(MOST_ORDER_BYTES) }),
  z.object({
    kind: z.literal('cancel'),
    taskId: z.string().max(200),
    body: z.string().max(MOST_ORDER_BYTES),
  }),
]);
export type TaskOrder = z.infer<typeof TaskOrder>;

export interface NewOrder {
  readonly task: Omit<NewTask, 'repo'> & { readonly repo: string | null };
  readonly specialty: Specialty | null;
}

/** What older clients say: 10 is the most urgent. */
const Level = z
  .int()
  .min(1)
  .max(10)
  .transform((level): Priority => {
    if (level >= 9) return 'urgent';
    if (level >= 7) return 'high';
    return level >= 4 ? 'normal' : 'low';
  });

const Delegated = z.strictObject({
  type: Specialty.default('general'),
  prompt: paragraphs(200_000).pipe(z.string().trim().min(1, 'must not be empty')),
  priority: z.union([Priority, Level]).default('normal'),
  repo: line(2_000).optional(),
});

/** `{type, prompt, priority}`, or the fields of a new task; `repo: null`: it names none. */
export function readNewOrder(body: string): Result<NewOrder> {
  const value = parsed(body);
  if (!value.ok) return value;
  if (!('prompt' in value.value)) {
    const task = NewTask.safeParse(value.value);
    return task.success ? ok({ task: task.data, specialty: null }) : fail(invalid(task.error));
  }
  const read = Delegated.safeParse(value.value);
  if (!read.success) return fail(invalid(read.error));
  const { type, prompt, priority, repo = null } = read.data;
  const title = titleOf(prompt);
  const task = { title, body: prompt, priority, repo, needs: [], after: [] };
  return ok({ task, specialty: type === 'general' ? null : type });
}

const Cancellation = z.strictObject({ reason: line(500).optional() });

export function readCancellation(
  order: Extract<TaskOrder, { kind: 'cancel' }>,
): Result<{ taskId: TaskId; reason: string | undefined }> {
  const taskId = TaskId.safeParse(order.taskId);
  if (!taskId.success)
    return fail(rejection('not_found', `there is no task ${order.taskId.slice(0, 50)}`));
  const value = parsed(order.body === '' ? '{}' : order.body);
  if (!value.ok) return value;
  const read = Cancellation.safeParse(value.value);
  if (!read.success) return fail(invalid(read.error));
  return ok({ taskId: taskId.data, reason: read.data.reason });
}

const Fields = z.record(z.string(), z.unknown());

function parsed(body: string): Result<Record<string, unknown>> {
  try {
    const read = Fields.safeParse(JSON.parse(body));
    if (read.success) return ok(read.data);
  } catch {
    // Said below: the parser's own words name no field.
  }
  return fail(rejection('invalid_input', 'the body must be a JSON object'));
}

function invalid({ issues }: z.ZodError): Rejection {
  const fields = issues.slice(0, 20).flatMap((issue) => {
    const at = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path: at, message: issue.message }];
    return issue.keys.map((key) => ({ path: key.slice(0, 100), message: 'unknown field' }));
  });
  const message = fields.map((field) => `${field.path}: ${field.message}`).join('; ');
  return rejection('invalid_input', message, { fields });
}

/** The first line with something in it. */
function titleOf(prompt: string): string {
  const [first = ''] = prompt.trim().split('\n');
  const short = Array.from(first.replaceAll(/\s+/g, ' ')).slice(0, 120).join('').trim();
  return line(500).safeParse(short).data ?? 'Task ordered by an agent';
}
