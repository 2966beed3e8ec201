/**
 * What can be imported, and what is made of it. A payload is what was dropped, pasted or given, as it came; `understand`
 * makes items of it. Sizes are bounded here, so that no drop can hold up a window or the coordinator.
 */
import { z } from 'zod';
import { EngineChoice } from '../domain/engine.ts';
import { Origin } from '../domain/origin.ts';
import { IssueSource } from '../domain/source.ts';
import { NewTask, Priority, TaskState } from '../domain/task.ts';
import { Need } from '../domain/need.ts';
import { Specialty } from '../domain/specialty.ts';
import { TaskId } from '../ids.ts';
import { Remark } from './remark.ts';

/** Items shown of one drop; the rest is counted. */
export const MOST_ITEMS = 1_000;
/** Of one drop: characters of text, bytes of files. */
export const MOST_BYTES = 5 * 2 ** 20;
/** A request with such a drop, or with the tasks made of it: base64 and JSON take their share. */
export const MOST_BODY_BYTES = 8 * 2 ** 20;

const name = z.string().max(1_000);

export const Payload = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    /** As `text/plain`. */
    text: z.string(),
    html: z.string().optional(),
    /** As `text/uri-list`. */
    uriList: z.string().optional(),
    /** Firefox's `text/x-moz-url`: addresses and titles in turn. */
    mozUrl: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('files'),
    files: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('file'), name, base64: z.string() }),
          z.strictObject({ kind: z.literal('folder'), path: z.string().min(1).max(2_000) }),
        ]),
      )
      .max(200),
  }),
]);
export type Payload = z.infer<typeof Payload>;

/** Why an item is not simply taken. Of those in `SOFT` a person may still make a task. */
export const ITEM_PROBLEMS = [
  'sign_in_first',
  'done',
  'repo_problem',
  'not_a_reference',
  'nothing',
  'wrong_field',
  'unknown_columns',
  'unreadable',
  'too_large',
] as const;
export const ItemProblemCode = z.enum(ITEM_PROBLEMS);
export type ItemProblemCode = z.infer<typeof ItemProblemCode>;

export const ItemProblem = z.strictObject({
  code: ItemProblemCode,
  /** What was wrong in this very case, and what would work. */
  message: z.string(),
});
export type ItemProblem = z.infer<typeof ItemProblem>;

export const Understood = z.strictObject({
  /** `unknown`: no task can be made of it; `problem` says why. */
  kind: z.enum(['issue', 'pull_request', 'repository', 'task', 'unknown']),
  /** The file and the line of it (from 1), where there are such. */
  source: z.strictObject({ file: z.string().nullable(), line: z.int().min(1).nullable() }),
  /** As it stood there, shortened: for items without a title. */
  text: z.string(),
  ref: Origin.nullable(),
  title: z.string().nullable(),
  body: z.string(),
  repo: z.string().nullable(),
  base: z.string().nullable(),
  /** `null`: whatever is chosen for all. */
  priority: Priority.nullable(),
  engine: EngineChoice.nullable(),
  /** It must not leave its agent for a model. */
  localOnly: z.boolean(),
  needs: z.array(Need),
  labels: z.array(z.string()),
  after: z.array(TaskId),
  at: z.int().nullable(),
  specialty: Specialty.nullable(),
  /** What its issue says now, where it could be read. */
  issue: IssueSource.nullable(),
  /** Issues that must be closed before it can begin. */
  blockers: z.array(Origin),
  /** What of its issue was not taken, and why. */
  remarks: z.array(Remark),
  problem: ItemProblem.nullable(),
  /** A task that was made from the same issue: the open one, or the newest. */
  duplicateOf: z.strictObject({ id: TaskId, state: TaskState }).nullable(),
});
export type Understood = z.infer<typeof Understood>;

export const Understanding = z.strictObject({
  items: z.array(Understood),
  /** How many there are beyond `MOST_ITEMS`. */
  left: z.int().min(0),
});
export type Understanding = z.infer<typeof Understanding>;

/** A task to be made, under a key of its own: asked for twice, it is made once. */
export const ImportedTask = NewTask.extend({
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,150}$/, 'a key is 1 to 150 visible ASCII characters')
    .optional(),
});
export type ImportedTask = z.infer<typeof ImportedTask>;
