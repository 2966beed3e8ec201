/** `api-token` in the home (mode 0600): who may read it may use the agent's own API. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { realDisk } from './durable.ts';
import type { Home } from './home.ts';

/** Made when it is missing. */
export async function ensureApiToken({ apiToken }: Home): Promise<string> {
  const there = (await readFile(apiToken, 'utf8').catch(() => '')).trim();
  if (there !== '') return there;
  const token = randomBytes(32).toString('hex');
  await realDisk.write(apiToken, `${token}\n`);
  return token;
}
