/** The last lines of a text file, for messages. */
import { open } from 'node:fs/promises';

const MOST_BYTES = 8 * 1024;

/** Empty when the file is not there or cannot be read. */
export async function tailOf(file: string, lines: number): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const from = Math.max(0, size - MOST_BYTES);
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(size - from),
      0,
      size - from,
      from,
    );
    const text = buffer.toString('utf8', 0, bytesRead).trimEnd();
    return text === '' ? '' : text.split('\n').slice(-lines).join('\n');
  } catch {
    // It is only for a message.
    return '';
  }
}
