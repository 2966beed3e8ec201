/** The port of an engine: what does the thinking inside an attempt. */
import type { Usage } from '../../shared/domain/engine.ts';
import type { Clock } from '../../shared/clock.ts';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import type { FailureCode } from '../../shared/errors.ts';
import type { Provider } from '../../shared/models.ts';
import type { AttemptLimits } from '../../shared/protocol/agent.ts';
import type { Result } from '../../shared/result.ts';
import type { Terminal } from '../terminal.ts';

/** The gateway, as an engine of one attempt sees it: a server on this machine that passes everything on. */
export interface ModelAccess {
  /** The base address of a provider's API, without its `/v1`: `http://127.0.0.1:40123/models/anthropic`. */
  url(provider: Provider): string;
  /** Good for this attempt alone. */
  readonly key: string;
  readonly providers: readonly Provider[];
  /** The last refusal that the gateway gave, when nothing went well after it: it knows better than the engine's words. */
  trouble(): EngineTrouble | null;
}

/** What went wrong between an engine and its model. */
export interface EngineTrouble {
  readonly class: TroubleClass;
  readonly message: string;
  /** When it is over, where that is known (epoch ms). */
  readonly until: number | null;
}

export interface EngineRun {
  /** The work tree. */
  readonly cwd: string;
  /** The prompt, in a file outside of the work tree. */
  readonly promptFile: string;
  /** With the keys that engines need. */
  readonly env: Readonly<Record<string, string>>;
  /** The way to models through the gateway; `null`: the engine uses what this machine is signed in with. */
  readonly models: ModelAccess | null;
  readonly terminal: Terminal;
  /** A file for the engine's own record of its work, and how far it was written. */
  readonly transcript: { readonly path: string; grown(size: number): void };
  readonly signal: AbortSignal;
  readonly limits: AttemptLimits;
}

export interface EngineFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** When the reason is over, where that is known (epoch ms). */
  readonly until?: number | undefined;
}

/** `null` where the engine does not say what it used. */
export type EngineResult = Result<{ readonly usage: Usage | null }, EngineFailure>;

/** Works in `cwd` until it is done. Rejects only when the attempt was stopped. */
export type Engine = (run: EngineRun) => Promise<EngineResult>;

/** What every engine is made with. */
export interface EngineOptions {
  /** The model that the task names; the engine's own choice where it names none. */
  readonly model: string | undefined;
  readonly clock: Clock;
  /** Whether the agent runs as root, which some command lines want to hear is meant. */
  readonly isRoot: boolean;
}
