/** The part of the contract that is about importing: what is in a drop, and the tasks that are made of it. */
import { z } from 'zod';
import { TaskState } from './domain/task.ts';
import { Rejection } from './errors.ts';
import { TaskId } from './ids.ts';
import {
  ImportedTask,
  MOST_BODY_BYTES,
  MOST_ITEMS,
  Payload,
  Understanding,
} from './import/payload.ts';
import { operation } from './operation.ts';

/** What became of one item, in the order they were given. */
export const ImportResult = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), id: TaskId, title: z.string(), state: TaskState }),
  z.strictObject({ ok: z.literal(false), error: Rejection }),
]);
export type ImportResult = z.infer<typeof ImportResult>;

export const IMPORT_OPERATIONS = {
  'import.preview': operation({
    method: 'POST',
    path: '/api/v1/import/preview',
    summary:
      'What is understood of a drop, item by item; changes nothing, and asks nobody but forges one is signed in to',
    permission: 'operate',
    status: 200,
    maxBodyBytes: MOST_BODY_BYTES,
    input: z.strictObject({ payload: Payload }),
    output: Understanding,
  }),
  'import.create': operation({
    method: 'POST',
    path: '/api/v1/import',
    summary: 'Create many tasks, each by itself; answered when those that were taken are durable',
    permission: 'operate',
    status: 200,
    maxBodyBytes: MOST_BODY_BYTES,
    input: z.strictObject({ items: z.array(ImportedTask).min(1).max(MOST_ITEMS) }),
    output: z.strictObject({ results: z.array(ImportResult) }),
  }),
} as const;
