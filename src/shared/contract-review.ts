/** The part of the contract that is about reviewing a change: its diff, and what a person decides. */
import { z } from 'zod';
import { MOST_COMMENTS, ReviewComment } from './domain/review-comment.ts';
import { ChangeStats, Task, TestSummary } from './domain/task.ts';
import { AttemptId, TaskId } from './ids.ts';
import { operation } from './operation.ts';
import { paragraphs } from './text.ts';

/** One file of a change. */
export const DiffFile = z.strictObject({
  path: z.string(),
  /** The name before a rename. */
  oldPath: z.string().nullable(),
  status: z.enum(['added', 'modified', 'deleted', 'renamed', 'copied', 'type_changed']),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
  binary: z.boolean(),
  /** Unified diff hunks; cut at a line end when `truncated`. */
  patch: z.string(),
  truncated: z.boolean(),
});
export type DiffFile = z.infer<typeof DiffFile>;

export const Diff = z.strictObject({
  branch: z.string(),
  base: z.string(),
  commit: z.string(),
  stats: ChangeStats,
  tests: TestSummary,
  files: z.array(DiffFile),
  /** True when there are more files than listed. */
  truncated: z.boolean(),
});
export type Diff = z.infer<typeof Diff>;

/** Of one answer: what a person reads at once. */
export const MOST_LINES = 1_000;

/** Lines of a file after a change. */
export const FileLines = z.strictObject({
  /** Without their line breaks; a line of many kilobytes is cut. */
  lines: z.array(z.string()),
  /** Nothing comes after them. */
  isEnd: z.boolean(),
});
export type FileLines = z.infer<typeof FileLines>;

/** A diff with whose it is. */
export const AttemptDiff = Diff.extend({
  attemptId: AttemptId,
  /** False: work in progress, as its newest checkpoint holds it. */
  isDone: z.boolean(),
});
export type AttemptDiff = z.infer<typeof AttemptDiff>;

const Commit = z.string().regex(/^[0-9a-f]{40,64}$/, 'is no full commit');
/** As git names it: without the end of a text in it. */
const FilePath = z
  .string()
  .min(1)
  .max(4_096)
  .refine((path) => !path.includes('\0'), 'is no path');

export const REVIEW_OPERATIONS = {
  'tasks.diff': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/diff',
    summary: 'The change that is up for review, or that of another attempt',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      id: TaskId,
      attempt: AttemptId.optional(),
      /** Only what changed since this earlier attempt. */
      since: AttemptId.optional(),
      /** As this checkpoint of the attempt holds it. */
      checkpoint: Commit.optional(),
    }),
    output: AttemptDiff,
  }),
  'tasks.lines': operation({
    method: 'GET',
    path: '/api/v1/tasks/{id}/lines',
    summary: 'Lines of a file as a commit of the task has it: what its diff leaves out',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      id: TaskId,
      /** Of a change or a checkpoint of the task. */
      commit: Commit,
      path: FilePath,
      /** Number of the first line, counted from 1. */
      from: z.coerce.number().int().min(1).max(1e9),
      count: z.coerce.number().int().min(1).max(MOST_LINES).default(100),
    }),
    output: FileLines,
  }),
  'tasks.approve': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/approve',
    summary: 'Merge the change of a task in review; the result is an event',
    permission: 'operate',
    status: 202,
    input: z.strictObject({ id: TaskId }),
    output: Task,
  }),
  'tasks.send_back': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/send-back',
    summary: 'Ask for changes: a new attempt gets the comment',
    permission: 'operate',
    status: 200,
    input: z.strictObject({
      id: TaskId,
      comment: paragraphs(20_000).default(''),
      /** On single lines of the change. One of the two must be said. */
      comments: z.array(ReviewComment).max(MOST_COMMENTS).default([]),
    }),
    output: Task,
  }),
  'tasks.reject': operation({
    method: 'POST',
    path: '/api/v1/tasks/{id}/reject',
    summary: 'Refuse the change for good: the task is cancelled',
    permission: 'operate',
    status: 200,
    input: z.strictObject({ id: TaskId, comment: paragraphs(20_000).default('') }),
    output: Task,
  }),
} as const;
