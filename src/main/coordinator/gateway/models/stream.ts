/** Hands a provider's answer on to the engine, byte for byte and as it comes, no faster than it is read; the meter reads along. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How an answer ended. `broken`: at the provider; `left`: the engine hung up, or was cut off. */
export type StreamEnd = 'whole' | 'broken' | 'left';

export interface Streaming {
  readonly answer: IncomingMessage;
  readonly response: ServerResponse;
  /** Each piece, when it has been handed on. */
  readonly onBytes: (bytes: Buffer) => void;
}

/** Headers are written, and go out here: with the first piece, where that has come with them. Ends the response as the answer ended; never rejects. */
export async function handOn({ answer, response, onBytes }: Streaming): Promise<StreamEnd> {
  return await new Promise((resolve) => {
    let handed: Buffer[] = [];
    const tell = (): void => {
      const all = handed;
      handed = [];
      for (const bytes of all) onBytes(bytes);
    };
    const end = (how: StreamEnd): void => {
      tell();
      answer.off('data', onData);
      response.off('drain', onDrain);
      response.off('close', onLeft);
      resolve(how);
    };
    const onData = (bytes: Buffer): void => {
      if (!response.write(bytes)) answer.pause();
      // All pieces of one read go out together at the end of it; only then somebody else looks at them.
      if (handed.push(bytes) === 1) process.nextTick(tell);
    };
    const onDrain = (): void => void answer.resume();
    const onLeft = (): void => {
      answer.destroy();
      end('left');
    };
    const onBroken = (): void => {
      end('broken');
      // Cut as it was cut for us: an engine must not take a part for the whole.
      response.destroy();
    };
    const first: unknown = answer.read();
    // An engine that waits for headers alone has them now.
    if (!Buffer.isBuffer(first)) response.flushHeaders();
    else if (!sendNow(response, first)) answer.pause();
    if (Buffer.isBuffer(first)) onBytes(first);
    answer.on('error', onBroken);
    answer.on('aborted', onBroken);
    answer.once('end', () => {
      end('whole');
      response.end();
    });
    response.on('drain', onDrain);
    response.once('close', onLeft);
    answer.on('data', onData);
  });
}

/** Before anything else is done: left to itself, a response goes out when all that is under way is done. */
function sendNow(response: ServerResponse, bytes: Buffer): boolean {
  const { socket } = response;
  socket?.cork();
  const isRoom = response.write(bytes);
  socket?.uncork();
  return isRoom;
}

/** So much of an error is read. */
const MOST_ERROR_BYTES = 2 ** 20;

/** A short answer as a whole; what is beyond is cut off. */
export async function readShort(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer) {
      if (!Buffer.isBuffer(chunk)) break;
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MOST_ERROR_BYTES) break;
    }
  } catch {
    // Broken off: its status says enough.
  }
  return Buffer.concat(chunks);
}
