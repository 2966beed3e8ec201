/** A script that Redis runs as one step. Sent by its hash; as a whole only to a Redis that does not know it yet. */
import { createHash } from 'node:crypto';
import type { RedisClient } from './client.ts';

export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}

/** Answers with what the script returns: check it. */
export async function run(
  client: RedisClient,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  const rest = [...keys, ...args];
  try {
    return await client.evalsha(sha, keys.length, ...rest);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await client.eval(lua, keys.length, ...rest);
  }
}
