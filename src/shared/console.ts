/**
 * A console: an interactive terminal on an agent that people type into. Of an attempt, which stands still meanwhile
 * (a take-over), or of the agent itself. One person writes, others watch the same bytes.
 */
import { z } from 'zod';
import { AgentId, AttemptId } from './ids.ts';

export const ConsoleId = z
  .string()
  .regex(/^console-[0-9a-f]{12}$/, 'a console id looks like console-0123456789ab')
  .brand<'ConsoleId'>();
export type ConsoleId = z.infer<typeof ConsoleId>;

/** `shell`: the login shell of the agent's user. `engine`: the engine's own session, to talk to. */
export const ConsoleKind = z.enum(['shell', 'engine']);
export type ConsoleKind = z.infer<typeof ConsoleKind>;

/** What a person looks through; with one account for all it is what tells them apart. */
export const Surface = z.enum(['window', 'browser', 'terminal']);
export type Surface = z.infer<typeof Surface>;

export const ConsoleCols = z.int().min(2).max(500);
export const ConsoleRows = z.int().min(2).max(300);

export const Console = z.strictObject({
  id: ConsoleId,
  agentId: AgentId,
  /** `null`: of the agent itself. */
  attemptId: AttemptId.nullable(),
  kind: ConsoleKind,
  openedBy: z.string(),
  /** Epoch ms. */
  openedAt: z.number(),
  /** Who may type; `null`: nobody has the pen. */
  writer: z.strictObject({ clientId: z.string(), surface: Surface }).nullable(),
  /** Clients that look at it, the writer among them. */
  watchers: z.int().min(0),
  cols: ConsoleCols,
  rows: ConsoleRows,
  state: z.enum(['opening', 'open', 'closed']),
  /** Why it was closed, for people; `null` while it is open. */
  why: z.string().nullable(),
  /** Exit code of what ran in it, if that ended by itself. */
  exit: z.int().nullable(),
});
export type Console = z.infer<typeof Console>;

/** The recording of a take-over. */
export const TakeOver = z.strictObject({
  /** Of its console. */
  id: ConsoleId,
  attemptId: AttemptId,
  kind: ConsoleKind,
  by: z.string(),
  /** Epoch ms; `endedAt` is `null` while it lasts. */
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** The last size of the terminal. */
  cols: ConsoleCols,
  rows: ConsoleRows,
  /** What is recorded; more was shown where it is cut. */
  bytes: z.int().min(0),
  isCut: z.boolean(),
});
export type TakeOver = z.infer<typeof TakeOver>;
