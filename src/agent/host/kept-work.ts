/** Whether work lies in a home that nobody else has: what an uninstallation must not take away unasked. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { findAttempts } from '../attempt-folder.ts';
import type { Environment } from '../config.ts';
import { createGit } from '../git.ts';
import { readMetadata } from '../metadata.ts';
import { unsafeWhy } from '../safety.ts';
import type { Home } from './home.ts';
import type { KeptWork } from './orders.ts';

/** To be called as the user of the agent: it runs git in work trees, which obeys what is configured there. */
export async function findKeptWork(home: Home, environment: Environment): Promise<KeptWork[]> {
  const attempts = await findAttempts(home.state);
  const held = new Set(attempts.map(({ id }): string => id));
  const found = attempts.map(({ id }): KeptWork => {
    return { what: id, why: 'it is at work, or the coordinator does not have all of it yet' };
  });
  const git = createGit(environment);
  const tasks = path.join(home.state, 'tasks');
  for (const name of await readdir(tasks).catch(() => [])) {
    const folder = path.join(tasks, name);
    const metadata = await readMetadata(folder);
    if (metadata?.worked !== true || held.has(metadata.attemptId)) continue;
    const repo = path.join(folder, 'repo');
    const why = await unsafeWhy(repo, git);
    if (why !== null) found.push({ what: repo, why });
  }
  return found;
}
