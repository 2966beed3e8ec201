/**
 * What an agent and a supervisor say to each other over the supervisor's socket: JSON, one line each. The bytes of
 * journal, terminal and transcript do not go this way; they are files that both can read, and only their lengths are told.
 *
 *   supervisor                       agent
 *   hello (what it works on)       →
 *   grown (bytes of each file)     → ← lease (when the coordinator was last heard)
 *   acquire                        → ← acquired (the work tree, or why not)
 *   lease_wanted                   → ← lease
 *                                    ← stop
 *
 * It may break and be made again at any time: a restarted agent finds the supervisor by its socket and asks nothing. The
 * supervisor ends by itself when the last report is in its journal.
 */
import { z } from 'zod';
import { FailureCode } from '../../shared/errors.ts';
import { AttemptSpec } from '../../shared/protocol/agent.ts';
import { STOP_REASONS } from '../failure.ts';

/** The tree that an attempt works in. */
export const Workspace = z.strictObject({
  repo: z.string(),
  /** The commit the work starts from. */
  start: z.string(),
  /** One line for the timeline. */
  how: z.string(),
  /** What a failed earlier attempt changed: a patch file outside of the tree, for the engine to read. */
  patch: z.string().nullable(),
});

const bytes = z.int().min(0);

export const FromSupervisor = z.discriminatedUnion('type', [
  /** Its git token is empty: what opens something is not said over a socket. Older supervisors say it. */
  z.strictObject({ type: z.literal('hello'), spec: AttemptSpec, pid: z.int() }),
  z.strictObject({
    type: z.literal('grown'),
    journal: bytes,
    terminal: bytes,
    transcript: bytes,
  }),
  z.strictObject({ type: z.literal('acquire') }),
  z.strictObject({ type: z.literal('lease_wanted') }),
  /** The disk does not take its journal; `null`: now it does. */
  z.strictObject({ type: z.literal('trouble'), message: z.string().nullable() }),
]);
export type FromSupervisor = z.infer<typeof FromSupervisor>;

export const ToSupervisor = z.discriminatedUnion('type', [
  /** The coordinator counts the attempt and was last heard at this time (ms since the machine started). */
  z.strictObject({ type: z.literal('lease'), at: z.number() }),
  z.strictObject({ type: z.literal('acquired'), workspace: Workspace }),
  z.strictObject({ type: z.literal('not_acquired'), code: FailureCode, message: z.string() }),
  z.strictObject({
    type: z.literal('stop'),
    reason: z.enum(STOP_REASONS),
    message: z.string(),
    /** How long its processes have to tidy up. */
    graceMs: z.int().min(0),
  }),
]);
export type ToSupervisor = z.infer<typeof ToSupervisor>;

/** What a supervisor is told at its start, on standard input. */
export const Orders = z.strictObject({
  spec: AttemptSpec,
  /** The agent's folder. */
  dir: z.string(),
  /** `http://host:port` of the coordinator. */
  coordinator: z.string(),
  /** Folder with the agent's key and certificate; `null`: it has none. */
  identity: z.string().nullable().default(null),
  /** When the coordinator was last heard (ms since the machine started). */
  leaseAt: z.number(),
  /** How long ago that may be at most while the attempt runs. */
  pauseMs: z.int().min(1),
});
export type Orders = z.infer<typeof Orders>;

/** Printed on standard output when the socket is there. */
export const LISTENING = 'listening\n';
