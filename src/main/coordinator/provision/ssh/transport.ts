/** What carries a connection: ssh2, or the system's ssh. The rest is built on these few things alone. */
import type { Readable, Writable } from 'node:stream';
import type { SshError } from './errors.ts';

/** A program on the host. Close or kill it; its streams end with it. */
export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When it ended and everything it wrote was read. Never rejects. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Stops talking to it; the host ends it when it next reads or writes. */
  kill(): void;
}

export interface Forward {
  /** On the host's loopback. */
  readonly port: number;
  close(): Promise<void>;
}

export interface SendOptions {
  /** Goes on from this byte; what is there before it stays. Left out: the file begins anew. */
  readonly from?: number;
  /** Bytes of the file that are on the host. */
  readonly onProgress?: (bytes: number) => void;
  readonly signal?: AbortSignal;
}

/** What carries a connection. */
export interface Transport {
  readonly via: 'ssh2' | 'system';
  /** `host:port` of the last hop. */
  readonly host: string;
  /** Resolves once when the connection is over: with `null` after `close`, else with why. */
  readonly ended: Promise<SshError | null>;
  /** @throws SshError `lost` or `command_refused` */
  start(commandLine: string): Promise<RemoteProcess>;
  /**
   * Writes a file of ours, or bytes, into a file of the host by SFTP.
   * @throws SshError `upload_failed` with what the host said, `lost` or `cancelled`
   */
  send(source: string | Buffer, remotePath: string, options: SendOptions): Promise<void>;
  /** Port 0: the host picks one. @throws SshError `lost` or `forward_refused` */
  forward(port: number, to: { readonly host: string; readonly port: number }): Promise<Forward>;
  close(): Promise<void>;
}
