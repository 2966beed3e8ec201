/** What can go wrong on the way to a host, as one typed error whose message says what to do. No I/O. */

export type SshErrorCode =
  | 'target_invalid'
  | 'config_invalid'
  | 'unknown_name'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'not_ssh'
  | 'shut_out'
  | 'no_common_algorithm'
  | 'needs_system_ssh'
  | 'host_key_changed'
  | 'host_key_revoked'
  | 'host_key_refused'
  | 'auth_failed'
  | 'too_many_tries'
  | 'jump_refused'
  | 'forward_refused'
  | 'no_shell'
  | 'command_refused'
  | 'upload_failed'
  | 'lost'
  | 'cancelled';

/** Codes after which the same try may go well a little later, without a person doing anything. */
const PASSING: ReadonlySet<SshErrorCode> = new Set([
  'unknown_name',
  'refused',
  'unreachable',
  'timeout',
  'shut_out',
  'lost',
]);

export interface SshErrorDetail {
  readonly code: SshErrorCode;
  /** `host:port` of the hop it is about; empty when no hop was reached. */
  readonly host: string;
  /** What is wrong and what to do, for a person. Never holds a secret. */
  readonly message: string;
  readonly cause?: unknown;
}

export class SshError extends Error {
  override readonly name = 'SshError';
  readonly code: SshErrorCode;
  readonly host: string;
  constructor({ code, host, message, cause }: SshErrorDetail) {
    super(message, { cause });
    this.code = code;
    this.host = host;
  }

  /** True when waiting may help; false when a person has to do something first. */
  get passing(): boolean {
    return PASSING.has(this.code);
  }
}

export function cancelled(host: string): SshError {
  return new SshError({
    code: 'cancelled',
    host,
    message: `The connection to ${host} was stopped.`,
  });
}

/** @throws SshError `cancelled` when the signal is aborted */
export function throwIfStopped(signal: AbortSignal | undefined, host: string): void {
  if (signal?.aborted) throw cancelled(host);
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of a system error (`ENOENT`), `undefined` for others. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
