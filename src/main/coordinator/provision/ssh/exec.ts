/** Runs one script over a connection and gathers what it printed, within bounds. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../../../shared/clock.ts';
import { createBetween, type Between } from './between.ts';
import type { RemoteProcess, Transport } from './transport.ts';
import { cancelled, SshError } from './errors.ts';
import type { WrappedScript } from './quote.ts';

export interface ExecOptions {
  /** What the script reads: secrets go here, never into the script. Without it stdin is empty. */
  readonly stdin?: string | Buffer | Readable;
  /** Each piece as it comes. */
  readonly onOutput?: (piece: {
    readonly from: 'stdout' | 'stderr';
    readonly bytes: Buffer;
  }) => void;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly code: number;
  /** The last MiB of each. */
  readonly stdout: string;
  readonly stderr: string;
  readonly isCut: boolean;
}

const MOST_OUTPUT = 1024 * 1024;

/** @throws SshError `lost`, `no_shell`, `timeout`, `cancelled` or `command_refused` */
export async function execScript(
  transport: Transport,
  clock: Clock,
  script: WrappedScript,
  options: ExecOptions,
): Promise<ExecResult> {
  const { host } = transport;
  const { commandLine, begin, end } = script;
  if (options.signal?.aborted) throw cancelled(host);
  const child = await transport.start(commandLine);
  const stop = Promise.withResolvers<never>();
  const onAbort = (): void => stop.reject(cancelled(host));
  const stopTimer =
    options.timeoutMs === undefined
      ? undefined
      : clock.after(options.timeoutMs, () => stop.reject(tooSlow(host, options.timeoutMs ?? 0)));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  const out = gather(child.stdout, createBetween(begin, end), 'stdout', options);
  const err = gather(child.stderr, createBetween(begin, end), 'stderr', options);
  try {
    const fed = feed(child, options.stdin);
    await Promise.race([child.ended, stop.promise]);
    await Promise.race([Promise.all([out.done, err.done, fed]), stop.promise]);
    return await resultOf(transport, script, out, err);
  } finally {
    stopTimer?.();
    options.signal?.removeEventListener('abort', onAbort);
    child.kill();
  }
}

async function resultOf(
  transport: Transport,
  script: WrappedScript,
  out: Gathered,
  err: Gathered,
): Promise<ExecResult> {
  const { between } = out;
  if (!between.hasBegun())
    throw await notBegun(transport, script, `${between.junk()} ${err.between.junk()}`);
  const tail = between.tail();
  if (tail === undefined) throw lost(transport.host);
  return {
    code: Number(tail),
    stdout: out.text(),
    stderr: err.text(),
    isCut: out.isCut() || err.isCut(),
  };
}

/** The stream may be cut because the script does not read it all, or because the connection is gone; both show elsewhere. */
async function feed(child: RemoteProcess, stdin: ExecOptions['stdin']): Promise<void> {
  try {
    await pipeline(
      stdin instanceof Readable ? stdin : Readable.from(stdin === undefined ? [] : [stdin]),
      child.stdin,
    );
  } catch (error) {
    // A source that fails is the caller's to know: it holds the stream.
    if (stdin instanceof Readable && stdin.errored === error) return;
  }
}

interface Gathered {
  readonly done: Promise<void>;
  readonly between: Between;
  text(): string;
  isCut(): boolean;
}

function gather(
  stream: Readable,
  between: Between,
  from: 'stdout' | 'stderr',
  { onOutput }: ExecOptions,
): Gathered {
  const chunks: Buffer[] = [];
  let size = 0;
  let isCut = false;
  const take = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    onOutput?.({ from, bytes });
    chunks.push(bytes);
    size += bytes.length;
    while (size - (chunks[0]?.length ?? 0) >= MOST_OUTPUT) {
      size -= chunks.shift()?.length ?? 0;
      isCut = true;
    }
  };
  const done = new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => take(between.push(chunk)));
    stream.once('error', () => resolve());
    stream.once('close', () => resolve());
    stream.once('end', () => resolve());
  }).then(() => take(between.flush()));
  return {
    done,
    between,
    isCut: () => isCut || size > MOST_OUTPUT,
    text: () => Buffer.concat(chunks).subarray(-MOST_OUTPUT).toString('utf8'),
  };
}

async function notBegun(
  { host, ended }: Transport,
  { shell, advice }: WrappedScript,
  said: string,
): Promise<SshError> {
  const gone = await Promise.race([ended, Promise.resolve(undefined)]);
  if (gone !== undefined) return lost(host);
  const text = said.trim().slice(-300);
  const answer = text === '' ? 'It said nothing.' : `It said: ${JSON.stringify(text)}.`;
  const message = `${host} did not run ${shell} for this user. ${answer} ${advice}`;
  return new SshError({ code: 'no_shell', host, message });
}

function lost(host: string): SshError {
  const message = `The connection to ${host} was lost while a command ran there. Try again.`;
  return new SshError({ code: 'lost', host, message });
}

function tooSlow(host: string, ms: number): SshError {
  const message = `A command on ${host} took longer than ${Math.round(ms / 1000)} s and was given up. Check the load of the host, and try again.`;
  return new SshError({ code: 'timeout', host, message });
}
