/** What there is on the coordinator's PC of test hosts besides the coordinator, and what it says: see `stand-ins.ts`. */

/** The answer to the first message. */
export interface StandIns {
  /** Address of the provider. */
  readonly models: string;
  /** Address of GitHub, and a token that opens it. */
  readonly github: string;
  readonly token: string;
}

/** The answer to any later message. */
export interface Seen {
  /** The keys that were shown to the provider with messages. */
  readonly keys: readonly string[];
  /** What was asked of it: `POST /v1/messages`. */
  readonly asked: readonly string[];
  /** What the model got to read: its prompts, and what its tools answered. */
  readonly read: string;
}

/** What the task of Claude Code waits for, on the host. */
export const LET_GO = '/tmp/let-go';
export const REPOS = ['acme/shop', 'acme/vault'] as const;
