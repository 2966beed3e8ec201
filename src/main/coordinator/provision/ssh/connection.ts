/**
 * An open connection to a host as the steps of provisioning use it, whatever carries it (ssh2 or the system's ssh):
 * run a script, bring a file, open a reverse tunnel.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { SshError } from './errors.ts';
import { execScript, type ExecOptions, type ExecResult } from './exec.ts';
import { wrapPowerShell } from './powershell.ts';
import { wrapScript } from './quote.ts';
import type { Hop, Route } from './route.ts';
import type { Forward, SendOptions, Transport } from './transport.ts';
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
  /** The same for a script of Windows PowerShell, see `wrapPowerShell`; it has no standard input. @throws SshError */
  powerShell(script: string, options?: Omit<ExecOptions, 'stdin'>): Promise<ExecResult>;
  /** Brings a file by a POSIX shell, going on where an earlier try ended. @throws SshError */
  upload(source: string, remotePath: string, options?: UploadOptions): Promise<UploadResult>;
  /** Brings a file by SFTP. @throws SshError `upload_failed`, `lost` or `cancelled` */
  send(source: string | Buffer, remotePath: string, options?: SendOptions): Promise<void>;
  /** Connections to the host's `127.0.0.1:port` come out here at `to`. */
  forwardIn(port: number, to: { readonly host: string; readonly port: number }): Promise<Forward>;
  close(): Promise<void>;
}

export function connectionOver(
  transport: Transport,
  { route, clock }: { readonly route: Route; readonly clock: Clock },
): SshConnection {
  const exec = (script: string, options: ExecOptions = {}): Promise<ExecResult> =>
    execScript(transport, clock, wrapScript(script), options);
  return {
    via: transport.via,
    route,
    hop: route.hops.at(-1) ?? route.hops[0],
    ended: transport.ended,
    exec,
    powerShell: (script, options = {}) =>
      execScript(transport, clock, wrapPowerShell(script), options),
    upload: (source, remotePath, options = {}) =>
      uploadFile({ exec, host: transport.host }, source, remotePath, options),
    send: (source, remotePath, options = {}) => transport.send(source, remotePath, options),
    forwardIn: (port, to) => transport.forward(port, to),
    close: () => transport.close(),
  };
}
