/** What the coordinator says of itself: how it fares, its backups, the check of its log. */
import { z } from 'zod';
import { Condition } from './domain/condition.ts';

export const Health = z.strictObject({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  seq: z.int().min(0),
  uptimeMs: z.number().min(0),
  agents: z.strictObject({ connected: z.int().min(0), known: z.int().min(0) }),
  /** Whether the log can be written; while it cannot, every command is refused. */
  journal: z.strictObject({
    state: z.enum(['sound', 'full', 'read_only', 'damaged']),
    since: z.number(),
    message: z.string().nullable(),
  }),
  conditions: z.array(Condition),
});
export type Health = z.infer<typeof Health>;

/** A copy of the database that was opened and checked. */
export const Backup = z.strictObject({
  /** Name of its folder: the time it was made, in UTC; and for which version, if that brought the data forward then. */
  name: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?(-before-[\dA-Za-z.-]+)?$/),
  /** When it was made, epoch ms. */
  at: z.number(),
  /** The newest event in it, with its hash (hexadecimal digits). */
  seq: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes and SHA-256 (hexadecimal digits) of the file. */
  size: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Version of the database's schema, and of the program that made it. */
  schema: z.int().min(1),
  version: z.string(),
});
export type Backup = z.infer<typeof Backup>;

/** The whole check of log and tables: the one under way, or the last one. */
export const Audit = z.strictObject({
  state: z.enum(['none', 'running', 'sound', 'damaged', 'failed']),
  /** Events checked, of how many. */
  checked: z.int().min(0),
  total: z.int().min(0),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Of the newest event, when sound: two copies with the same one have the same history. */
  hash: z.string().nullable(),
  /** What is wrong, or why it could not be checked. */
  message: z.string().nullable(),
});
export type Audit = z.infer<typeof Audit>;
