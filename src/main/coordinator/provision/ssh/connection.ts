/**
 * An open connection to a host as the steps of provisioning use it, whatever carries it (ssh2 or the system's ssh):
 * run a script, bring a file, open a reverse tunnel.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { SshError } from './errors.ts';
import { execScript, type ExecOptions, type ExecResult } from './exec.ts';
import type { Hop, Route } from './route.ts';
import type { Forward, RemoteProcess, Transport } from './transport.ts';
import { uploadFile, type UploadOptions, type UploadResult } from './upload.ts';

export interface SshConnection {
  readonly via: Transport['via'];
  readonly route: Route;
  readonly hop: Hop;
  readonly ended: Promise<SshError | null>;
  /**
   * Runs a POSIX shell script, whatever the login shell is and whatever its start files print. A code other than 0
   * is a result, not an error. @throws SshError
   */
  exec(script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Runs one command line as the login shell reads it: for hosts without a POSIX shell. */
  start(commandLine: string): Promise<RemoteProcess>;
  /** Brings a file, going on where an earlier try ended. @throws SshError */
  upload(source: string, remotePath: string, options?: UploadOptions): Promise<UploadResult>;
  /** Connections to the host's `127.0.0.1:port` come out here at `to`. */
  forwardIn(port: number, to: { readonly host: string; readonly port: number }): Promise<Forward>;
  close(): Promise<void>;
}

export function connectionOver(
  transport: Transport,
  { route, clock }: { readonly route: Route; readonly clock: Clock },
): SshConnection {
  const exec = (script: string, options: ExecOptions = {}): Promise<ExecResult> =>
    execScript(transport, clock, script, options);
  return {
    via: transport.via,
    route,
    hop: route.hops.at(-1) ?? route.hops[0],
    ended: transport.ended,
    exec,
    start: (commandLine) => transport.start(commandLine),
    upload: (source, remotePath, options = {}) =>
      uploadFile({ exec, host: transport.host }, source, remotePath, options),
    forwardIn: (port, to) => transport.forward(port, to),
    close: () => transport.close(),
  };
}
