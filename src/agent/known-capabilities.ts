/**
 * What this machine could do when it was last looked at. Dozens of programs are asked for their versions, which takes seconds on a
 * slow machine; an agent that comes back with attempts, or as a new build on probation, has no seconds to lose, and
 * says what it said before. What has changed meanwhile is told with the next connection.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { Capabilities } from '../shared/domain/agent.ts';

/** How long a look is waited for when there is something to say without it: with attempts that wait for us, and without. */
export const SOON_MS = { busy: 500, idle: 3_000 } as const;

export interface KnownCapabilities {
  /** The answer of `look` when it comes within `ms`, or when there is no other; else that of the last look. */
  soon(look: () => Promise<Capabilities>, ms: number): Promise<Capabilities>;
}

/** @param dir the agent's folder */
export function createKnownCapabilities(dir: string, clock: Clock): KnownCapabilities {
  const file = path.join(dir, 'capabilities.json');
  return {
    async soon(look, ms) {
      const looked = look().then(async (found) => {
        // A disk that takes no writes leaves us without a memory, which is no more than slow.
        await writeFile(file, JSON.stringify(found), { mode: 0o600 }).catch(() => {});
        return found;
      });
      const late = Promise.withResolvers<null>();
      const cancel = clock.after(ms, () => late.resolve(null));
      const found = await Promise.race([looked, late.promise]);
      cancel();
      if (found !== null) return found;
      const before = await remembered(file);
      if (before === null) return await looked;
      // Nobody waits for it any more; it is asked again at the next connection.
      looked.catch(() => {});
      return before;
    },
  };
}

async function remembered(file: string): Promise<Capabilities | null> {
  try {
    return Capabilities.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Never written, torn, or of another version: then it is looked.
    return null;
  }
}
