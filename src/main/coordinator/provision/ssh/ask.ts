/** What a person is asked on the way to a host, and what of their answers is kept, in memory, for one run. */
import { addressOf } from './target.ts';
import type { Hop } from './route.ts';

export type SshQuestion =
  | {
      readonly kind: 'host_key';
      /** `host:port` of the hop it is about. */
      readonly host: string;
      readonly algorithm: string;
      /** `SHA256:…` as OpenSSH prints it. */
      readonly fingerprint: string;
    }
  | {
      readonly kind: 'prompts';
      readonly host: string;
      readonly what: 'password' | 'passphrase' | 'interactive';
      /** What the server says before its prompts, or which key it is about. */
      readonly text: string;
      readonly prompts: { readonly text: string; readonly echo: boolean }[];
    };

/** One answer per prompt; for a host key any list accepts it. `null`: the person declines. */
export type Ask = (question: SshQuestion, signal: AbortSignal) => Promise<readonly string[] | null>;

/** Failed sign-ins that one run may spend on one address. OpenSSH 10 shuts an address out after the fourth. */
const MOST_FAILURES = 3;

/** Answers and failures of one run; drop it when the run ends. */
export interface RunMemory {
  /** Host keys a person accepted that are not proven yet. */
  readonly acceptedKeys: Map<string, string>;
  /** Passwords that a host took, to sign in again after a lost connection. */
  readonly passwords: Map<string, string>;
  /** Passwords that a person gave and the host has not judged yet. */
  readonly unsent: Map<string, string>;
  readonly passphrases: Map<string, string>;
  failed(hop: Hop): void;
  /** How many failed sign-ins this hop has left. */
  left(hop: Hop): number;
}

export function createRunMemory(): RunMemory {
  const failures = new Map<string, number>();
  return {
    acceptedKeys: new Map(),
    passwords: new Map(),
    unsent: new Map(),
    passphrases: new Map(),
    failed: (hop) => {
      const address = addressOf(hop);
      failures.set(address, (failures.get(address) ?? 0) + 1);
    },
    left: (hop) => Math.max(0, MOST_FAILURES - (failures.get(addressOf(hop)) ?? 0)),
  };
}

/** Whose password it is. */
export function accountOf(hop: Hop): string {
  return `${hop.user}@${addressOf(hop)}`;
}
