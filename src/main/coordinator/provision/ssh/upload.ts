/**
 * Brings a file to a host and goes on where an earlier try ended. What is there is trusted by its size alone: whoever
 * uses the file checks its checksum on the host first, and removes it when it does not match.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { messageOf, SshError } from './errors.ts';
import type { ExecOptions, ExecResult } from './exec.ts';
import { quote } from './quote.ts';

export interface UploadOptions {
  /** Bytes of the file that are on the host. */
  readonly onProgress?: (bytes: number, size: number) => void;
  readonly signal?: AbortSignal;
}

export interface UploadResult {
  readonly size: number;
  /** How many bytes were there already. */
  readonly resumedAt: number;
}

interface Remote {
  readonly host: string;
  exec(script: string, options?: ExecOptions): Promise<ExecResult>;
}

const BLOCK = 64 * 1024;

/** @throws SshError `upload_failed` with what the host said, `lost` or `cancelled` */
export async function uploadFile(
  remote: Remote,
  source: string,
  remotePath: string,
  options: UploadOptions,
): Promise<UploadResult> {
  const { size } = await stat(source);
  const file = quote(remotePath);
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const there = Number((await run(remote, remotePath, sizeScript(file, size), signal)).trim());
  const blocks = Math.floor(there / BLOCK);
  const from = blocks * BLOCK;
  options.onProgress?.(from, size);
  if (there === size && size > 0) {
    options.onProgress?.(size, size);
    return { size, resumedAt: size };
  }
  const stdin = createReadStream(source, { start: from, highWaterMark: BLOCK });
  const counted = counter(from, (bytes) => options.onProgress?.(bytes, size));
  stdin.on('error', (error) => counted.destroy(error));
  try {
    // dd writes at a place of its own: what an earlier, broken connection still brings lands on the same bytes.
    const script = `dd of=${file} bs=${BLOCK} seek=${blocks} conv=notrunc || exit 1
${LENGTH(file)}`;
    const after = Number(
      (await run(remote, remotePath, script, { ...signal, stdin: stdin.pipe(counted) })).trim(),
    );
    if (after !== size) throw failed(remote.host, remotePath, `it has ${after} of ${size} bytes`);
  } finally {
    stdin.destroy();
  }
  return { size, resumedAt: from };
}

/** Prints how many bytes are there; a file that is longer than ours is another one and goes. */
function sizeScript(file: string, size: number): string {
  return `umask 077
if [ -f ${file} ]; then n=$(wc -c < ${file}); else n=0; fi
n=$((n))
if [ "$n" -gt ${size} ]; then rm -f -- ${file}; n=0; fi
: >> ${file} && echo "$n"`;
}

const LENGTH = (file: string): string => `wc -c < ${file}`;

async function run(
  remote: Remote,
  remotePath: string,
  script: string,
  options: ExecOptions,
): Promise<string> {
  const { code, stdout, stderr } = await remote.exec(script, options);
  if (code === 0) return stdout;
  throw failed(remote.host, remotePath, stderr.trim().slice(-500));
}

function counter(from: number, report: (bytes: number) => void): Transform {
  let bytes = from;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      report(bytes);
      done(null, chunk);
    },
  });
}

function failed(host: string, remotePath: string, why: string): SshError {
  const message = `${remotePath} could not be written on ${host}: ${messageOf(why)}. Check that the folder is writable and the disk has room, then try again.`;
  return new SshError({ code: 'upload_failed', host, message });
}
