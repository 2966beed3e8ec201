/** The end of what the agent of a home said, for messages about one that does not run. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Home } from './home.ts';

const MOST_BYTES = 4_096;

/** Empty when there is none. */
export async function endOfAgentLog(home: Home): Promise<string> {
  try {
    await using file = await open(path.join(home.log, 'agent.log'), 'r');
    const { size } = await file.stat();
    const start = Math.max(0, size - MOST_BYTES);
    const { bytesRead, buffer } = await file.read({
      buffer: Buffer.alloc(MOST_BYTES),
      position: start,
    });
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    // It never said anything.
    return '';
  }
}
