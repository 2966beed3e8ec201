/** What a command may touch of the world around it, passed in so that tests run commands in process. */
import type { Keyboard } from './keyboard.ts';
import type { Result } from '../shared/result.ts';
import type { SimulationRequest } from '../shared/simulation.ts';
import type { Backup } from '../shared/upkeep.ts';

/** Works on the data folder of a coordinator that does not run; see `src/main/coordinator/offline.ts`. */
export interface OfflineTools {
  restore(
    dir: string,
    options: { name?: string; at?: number; onStep: (step: string) => void },
  ): Promise<Result<Restored, string>>;
  verifyFolder(
    dir: string,
    onProgress: (checked: number, total: number) => void,
  ): Promise<Result<{ events: number; hash: string }, { kind: string; message: string }>>;
  listBackups(dir: string): Backup[];
}

/** A workshop in fast motion; see `src/main/coordinator/simulate/request.ts`. */
export interface Simulator {
  runSimulation(request: SimulationRequest): Result<Simulation, string>;
}

/** Times in ms, shares from 0 to 1. */
export interface Simulation {
  readonly tasks: number;
  readonly agents: number;
  readonly slots: number;
  readonly ways: readonly {
    readonly way: string;
    readonly waits: readonly {
      readonly priority: string;
      readonly tasks: number;
      readonly p50: number;
      readonly p95: number;
      readonly target: number;
      readonly inTarget: number;
    }[];
    readonly meanWaitMs: number;
    readonly use: { readonly arriving: number; readonly waiting: number };
    readonly tookMs: number;
    readonly cost: number;
    readonly yields: number;
    readonly left: number;
  }[];
}

export interface Restored {
  /** `null`: from the log alone. */
  readonly backup: string | null;
  readonly seq: number;
  /** Time of that event, epoch ms. */
  readonly at: number | null;
  readonly lost: readonly string[];
  readonly aside: string | null;
  readonly notes: readonly string[];
}

export interface CliIo {
  /** Writes to standard output; resolves when it was taken, so that a pipe can hold us back. */
  readonly write: (text: string) => Promise<void>;
  /** Writes a line for people to standard error. */
  readonly warn: (line: string) => void;
  readonly readInput: () => Promise<string>;
  /** Asks the person at the terminal; `null`: there is none, or they decline. `echo` false: a secret. */
  readonly ask: (prompt: string, echo: boolean) => Promise<string | null>;
  /** Every key as it is typed; `null`: there is no terminal. */
  readonly openKeyboard: () => Keyboard | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly home: string;
  readonly cwd: string;
  /** True on a terminal that shows colours. */
  readonly colours: boolean;
  /** Width of the terminal in columns; `undefined` when the output is no terminal. */
  readonly columns: number | undefined;
  readonly now: () => number;
  /** Names this invocation: requests under it are carried out once. */
  readonly requestKey: string;
  /** Loaded when asked for: the command line starts quickly. */
  readonly offline: () => Promise<OfflineTools>;
  readonly simulator: () => Promise<Simulator>;
  /** Ends what follows (watch, logs -f) on Ctrl-C. */
  readonly stop: AbortSignal;
}

/** Exit codes, the same for every command. */
export const EXIT = { done: 0, failed: 1, wrongUse: 2, notReachable: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a message for the user. */
export class CliError extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
  }
}

export async function writeLine(io: CliIo, line: string): Promise<void> {
  await io.write(`${line}\n`);
}

export async function writeJson(io: CliIo, value: unknown): Promise<void> {
  await io.write(`${JSON.stringify(value, null, 2)}\n`);
}
