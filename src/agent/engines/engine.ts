/** The port of an engine: what does the thinking inside an attempt. */
import type { Usage } from '../../shared/domain/engine.ts';
import type { FailureCode } from '../../shared/errors.ts';
import type { AttemptLimits } from '../../shared/protocol/agent.ts';
import type { Result } from '../../shared/result.ts';
import type { Terminal } from '../terminal.ts';

export interface EngineRun {
  /** The work tree. */
  readonly cwd: string;
  /** The prompt, in a file outside of the work tree. */
  readonly promptFile: string;
  /** With the keys that engines need. */
  readonly env: Readonly<Record<string, string>>;
  readonly terminal: Terminal;
  /** A file for the engine's own record of its work, and how far it was written. */
  readonly transcript: { readonly path: string; grown(size: number): void };
  readonly signal: AbortSignal;
  readonly limits: AttemptLimits;
}

export interface EngineFailure {
  readonly code: FailureCode;
  readonly message: string;
}

/** `null` where the engine does not say what it used. */
export type EngineResult = Result<{ readonly usage: Usage | null }, EngineFailure>;

/** Works in `cwd` until it is done. Rejects only when the attempt was stopped. */
export type Engine = (run: EngineRun) => Promise<EngineResult>;
