/** The end of what an agent said: for messages about one that does not run, and for people who ask one that does. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Home } from './home.ts';

const MOST_BYTES = 4_096;

/** Empty when there is none. */
export async function endOfAgentLog(home: Home): Promise<string> {
  return await endOfLog(path.join(home.log, 'agent.log'), MOST_BYTES);
}

/** The last so many bytes of a log file, from the beginning of a line on; empty when there is none. */
export async function endOfLog(file: string, mostBytes: number): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    const position = Math.max(0, size - mostBytes);
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(mostBytes), position });
    const text = buffer.toString('utf8', 0, bytesRead);
    // A line that is longer than all of it is better than nothing.
    return position === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } catch {
    // It never said anything.
    return '';
  }
}
