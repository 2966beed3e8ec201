/** Writes one file on a host by SFTP, from any byte on: for hosts whose shell is no place for a stream of bytes. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Client, SFTPWrapper } from 'ssh2';
import { cancelled, messageOf, SshError } from './errors.ts';
import type { SendOptions } from './transport.ts';

export interface Sending extends SendOptions {
  readonly host: string;
  readonly source: string | Buffer;
  /** As SFTP has it, with `/` between folders; Windows has `/C:/Users`. */
  readonly remotePath: string;
}

/**
 * One write in one packet: ssh2 parts what is above 31,952 bytes, and sends the second part only when the first is answered, behind
 * the blocks that follow. A cut would then leave holes.
 */
const BLOCK = 30 * 1024;
/** Writes under way: with one at a time, a line would carry one block in each round trip. */
const WINDOW = 32;

/**
 * A server writes in the order of requests, so that the size of a file that was cut is what came of it.
 * @throws SshError `upload_failed` with what the host said, `lost` or `cancelled`
 */
export async function sendOver(client: Client, sending: Sending): Promise<void> {
  const { host, remotePath, signal } = sending;
  if (signal?.aborted) throw cancelled(host);
  // When the connection is gone, nobody answers what was asked.
  const stopped = Promise.withResolvers<never>();
  const onClose = (): void => stopped.reject(lost(host));
  const onAbort = (): void => stopped.reject(cancelled(host));
  client.once('close', onClose);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const sftp = await Promise.race([promisify(client.sftp.bind(client))(), stopped.promise]);
    try {
      await Promise.race([writeAll(sftp, sending, stopped.promise), stopped.promise]);
    } finally {
      sftp.end();
    }
  } catch (error) {
    if (error instanceof SshError) throw error;
    const message = `${remotePath} could not be written on ${host} by SFTP: ${messageOf(error)}. Check that sshd there has its sftp subsystem, that the folder is writable and the disk has room, then try again.`;
    throw new SshError({ code: 'upload_failed', host, message, cause: error });
  } finally {
    client.off('close', onClose);
    signal?.removeEventListener('abort', onAbort);
  }
}

async function writeAll(
  sftp: SFTPWrapper,
  { source, remotePath, from = 0, onProgress }: Sending,
  stopped: Promise<never>,
): Promise<void> {
  const handle = await promisify(sftp.open.bind(sftp))(remotePath, from > 0 ? 'r+' : 'w');
  const underWay = new Set<Promise<void>>();
  let done = from;
  let at = from;
  for await (const chunk of blocksOf(source, from)) {
    const write = writeAt(sftp, handle, chunk, at).then(() => {
      underWay.delete(write);
      onProgress?.((done += chunk.length));
    });
    underWay.add(write);
    // Seen by whoever waits next.
    write.catch(() => undefined);
    at += chunk.length;
    while (underWay.size >= WINDOW) await Promise.race([...underWay, stopped]);
  }
  await Promise.all(underWay);
  await promisify(sftp.close.bind(sftp))(handle);
}

async function writeAt(
  sftp: SFTPWrapper,
  handle: Buffer,
  chunk: Buffer,
  at: number,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    sftp.write(handle, chunk, 0, chunk.length, at, (error) => (error ? reject(error) : resolve()));
  });
}

async function* blocksOf(source: string | Buffer, from: number): AsyncGenerator<Buffer> {
  if (typeof source !== 'string') {
    for (let at = from; at < source.length; at += BLOCK) yield source.subarray(at, at + BLOCK);
    return;
  }
  const file: Readable = createReadStream(source, { start: from, highWaterMark: BLOCK });
  for await (const chunk of file) if (Buffer.isBuffer(chunk)) yield chunk;
}

function lost(host: string): SshError {
  const message = `The connection to ${host} was lost while a file was brought there. Try again.`;
  return new SshError({ code: 'lost', host, message });
}
